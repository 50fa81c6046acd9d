"""The parts of the API as its readers see them, and which of the three audiences each part is for."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Literal, NamedTuple, get_args

Schema = dict[str, Any]
Audience = Literal["spa", "mobile", "integration"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
REF = "#/components/"


class Tag(NamedTuple):
    """What a tag holds, in one sentence, and for whom its operations are."""

    text: str
    audiences: frozenset[Audience]


EVERYBODY = frozenset(AUDIENCES)
SCREENS: frozenset[Audience] = frozenset({"spa", "mobile"})
OFFICE: frozenset[Audience] = frozenset({"spa"})
SYSTEMS: frozenset[Audience] = frozenset({"spa", "integration"})

TAGS: dict[str, Tag] = {
    "Appointments": Tag("Visits: booked by the team, chosen by the client, kept, cancelled or missed.", SCREENS),
    "Assessments": Tag("Health checks, functional tests and physician assessments, and their statements.", OFFICE),
    "Attachments": Tag("Documents of a case: their kind, register and state, and their content by itself.", EVERYBODY),
    "Client summaries": Tag("The client's own summary in plain language, always offered.", SCREENS),
    "Clients": Tag("The people the service is for, their contact details and the log of who used their data.", SCREENS),
    "Code sets": Tag("The code lists of the API with labels in Finnish, Swedish and English.", EVERYBODY),
    "Consents": Tag("What the client permits, to whom and for what; refusals and prohibitions.", SCREENS),
    "Consultations": Tag("A question about a client to a seat, with permission; and work done in pairs.", SCREENS),
    "Contacts": Tag("The contact log: attempts, their channel and result; and notes.", SCREENS),
    "Development": Tag("Tokens for who builds against a demo server; not there in production.", EVERYBODY),
    "Directory": Tag("Which professionals and teams there are, and how to reach them.", EVERYBODY),
    "Events": Tag("What happened, in the order of commits, for whoever asks; and one's own notices.", EVERYBODY),
    "Feedback": Tag("What whoever referred hears: owed, drafted, given, waived, asked about, received.", EVERYBODY),
    "Calendars": Tag("Rooms, hours, free times, receptions that come again, and one's own calendar.", SCREENS),
    "Meetings": Tag("Network meetings, and who is invited on which permission.", SCREENS),
    "Instruments": Tag(
        "Instruments as data: items, ranges, bands and where they come from; what answers amount to.", SCREENS
    ),
    "Networks": Tag("Professionals who meet as peers: convened, permitted, counted; no clients.", OFFICE),
    "Notices to cease": Tag("What an organisation received and may not use any longer.", EVERYBODY),
    "Organisations": Tag("The wellbeing area, its partners and their units.", SYSTEMS),
    "Outcomes": Tag("What a path led to: goals, mistakes, scores, and the lightest step that is enough.", SCREENS),
    "Participations": Tag("Services that a client takes part in side by side, groups, and how it goes after.", SCREENS),
    "People": Tag("Professionals, their logins and their memberships in organisations.", OFFICE),
    "Plans": Tag("What was agreed: goals, barriers, small steps, and who follows up what and when.", SCREENS),
    "Questions": Tag("Anonymous questions of colleagues: forums, their sessions, and the library of answers.", SCREENS),
    "Responses": Tag(
        "Instruments as they were answered: recorded, asked of the client, and followed by guidance.", SCREENS
    ),
    "Pre-information": Tag("The form filled before the health check: by a link, signed in, or by phone.", SCREENS),
    "Received shares": Tag(
        "What was shared with my organisation: read, acknowledged, answered; by a link too.", EVERYBODY
    ),
    "Record requests": Tag("Old records asked of other places, followed until they arrive.", OFFICE),
    "Referrals": Tag("From the referrer to the team: draft, submit, decide, answer.", EVERYBODY),
    "Reports": Tag("Figures without people in them.", OFFICE),
    "Representatives": Tag("Who acts for a client, on which mandate, for what and until when.", SCREENS),
    "Requirements": Tag("What a team needs to know in a referral, published for those who send.", EVERYBODY),
    "Routing": Tag("Who gets what and why: rule sets, decisions and trying a rule before it counts.", OFFICE),
    "Service": Tag("Whether the service runs and is ready.", EVERYBODY),
    "Service paths": Tag("Service paths: goals, steps, outcomes and the feedback owed to the referrer.", SCREENS),
    "Blueprints": Tag("A team's set-up as one document: exported, compared, applied.", OFFICE),
    "Shares": Tag("One disclosure to one party, on the client's permission, kept as it left.", OFFICE),
    "Steps": Tag("The steps of a path: done, skipped, moved, added, repeated, and why.", SCREENS),
    "Subscriptions": Tag("Who is told of events by signed webhooks, how it went, and once more.", SYSTEMS),
    "Teams": Tag("Teams, their named seats, who holds them, deputies and absences.", OFFICE),
    "Time": Tag("Minutes spent on a path, and its cost in person-minutes.", SCREENS),
    "Work": Tag("Pieces of work: confirmed, declined, asked again, and handed over as planned.", SCREENS),
    "Views": Tag(
        "What a screen needs at once: who I am, my worklist, stuck cases, the team's board, timelines.", SCREENS
    ),
}


def slice_of(schema: Schema, audience: Audience) -> Schema:
    """The operations for one audience with what they refer to. Raises `KeyError` for a tag that is not in `TAGS`."""
    part = deepcopy(schema)
    part["paths"] = {
        path: kept
        for path, item in part["paths"].items()
        if (kept := {m: op for m, op in item.items() if any(audience in TAGS[t].audiences for t in op["tags"])})
    }
    used = {tag for item in part["paths"].values() for operation in item.values() for tag in operation["tags"]}
    part["tags"] = [tag for tag in part["tags"] if tag["name"] in used]
    return prune(part)


def prune(schema: Schema) -> Schema:
    """Drop, in place, the components that nothing refers to. Security schemes are named, not referred to: kept."""
    wanted: set[str] = set()
    waiting: list[Any] = [schema["paths"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            target = node.get("$ref")
            if isinstance(target, str) and target.startswith(REF) and target not in wanted:
                wanted.add(target)
                waiting.append(resolve(schema, target))
            waiting += node.values()
    for kind, members in schema["components"].items():
        if kind != "securitySchemes":
            schema["components"][kind] = {n: m for n, m in members.items() if f"{REF}{kind}/{n}" in wanted}
    return schema


def resolve(schema: Schema, target: str) -> Any:
    """What a `$ref` points to. Raises `KeyError` when it points to nothing."""
    kind, name = target.removeprefix(REF).split("/", 1)
    return schema["components"][kind][name]

"""Organisations, people, teams, seats, rules: what is managed, and about no client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.dev.runs.life.asked.ask import Ask
from app.dev.runs.life.bodies import WORDS
from app.path_templates.rules import documents
from app.routing import rulesets

WHY = {"fi": "Näin.", "sv": "Så.", "en": "So."}
KEPT = json.loads((Path(rulesets.__file__).parent / "heinola.v1.json").read_text("utf-8"))
ALL: dict[str, Any] = {
    "id": "all", "rank": 10, "source": "own design", "because": [], "why": WHY, "when": {},
    "then": {"seat": "unemployed_health_nurse"},
}  # fmt: skip
RULES: dict[str, Any] = {
    "problemGroups": KEPT["problem_groups"], "settings": KEPT["settings"], "rules": [ALL], "examples": [],
}  # fmt: skip
COPY: dict[str, Any] = {"from": {"code": "coordinator_episode", "number": 1}}
TITLE = {"fi": "Oma polku", "sv": "Egen stig", "en": "A path of our own"}
PATH: dict[str, Any] = {
    name: value
    for name, value in documents()["coordinator_episode", 1].items()
    if name in ("title", "source", "scores", "steps")
}
JOINED = {"organisationId": "{org_area}", "role": "team_lead", "register": "none", "validFrom": "{month_ago}"}
LOGIN = {"issuer": "https://idp.example.fi", "subject": "another"}
QUARTER = "?from=2026-07-01&to=2026-09-30"
SIGNED = ("signOffRoutingRuleSet",)
BLUEPRINT: dict[str, Any] = {
    "format": "heinola-blueprint", "formatVersion": 1, "name": "Heinola", "template": "heinola",
    "silentAfterDays": 14,
    "seats": [{"role": "unemployed_health_nurse", "maxOpen": 60, "clientsPerDay": None, "visitingDays": None}],
    "rules": {"code": "heinola", "number": 1, "document": RULES}, "paths": [{"code": "heinola", "version": 1}],
}  # fmt: skip
NEW_TEAM = {"team_id": "new_team"}
AWAY = {"personId": "{person_physiotherapist}", "firstOn": "{soon_on}", "lastOn": "{soon_after_on}"}

ASKED: dict[str, Ask] = {
    "scoreAnswers": Ask("nurse", {"answers": [{"item": f"phq9_{n}", "value": 1} for n in range(1, 10)]}),
    "createDevelopmentToken": Ask("", {"subject": "nurse"}),
    "createOrganisation": Ask("admin", {"name": "Toinen paja", "kind": "workshop"}),
    "updateOrganisation": Ask("admin", {"name": "Toinen"}),
    "createUnit": Ask("admin", {"name": "Yksikkö", "kind": "workshop"}),
    "createPerson": Ask("admin", {"name": "Kolmas Ihminen", "membership": JOINED, "login": LOGIN}),
    "updatePerson": Ask("admin", {"name": "Kolmas Ihminen"}),
    "createMembership": Ask("admin", JOINED),
    "createLogin": Ask("admin", LOGIN),
    "listLogins": Ask("admin"),
    "endMembership": Ask("admin", {"validTo": "{soon_on}"}),
    "createTeam": Ask("lead", {"code": "orimattila", "name": "Orimattila", "template": "heinola"}),
    "updateTeam": Ask("lead", {"name": "Sysmän tiimi"}, NEW_TEAM),
    "createSeat": Ask("lead", {"role": "social_counsellor", "maxOpen": 10}, NEW_TEAM),
    "updateSeat": Ask("lead", {"maxOpen": 9}),
    "createHolder": Ask(
        "lead", {"personId": "{person_physiotherapist}", "standing": "deputy", "validFrom": "{month_ago}"}
    ),
    "updateHolder": Ask("lead", {"maxOpen": 5}),
    "endHolder": Ask("lead", {"validTo": "{soon_on}"}),
    "handOver": Ask("lead", {"validTo": "{soon_on}", "moves": []}),
    "previewHandover": Ask("lead", {"validTo": "{soon_on}"}),
    "createAbsence": Ask("lead", AWAY),
    "previewAbsence": Ask("lead", AWAY),
    "updateAbsence": Ask("lead", {"lastOn": "{after_that_on}"}),
    "draftRequirements": Ask(
        "lead", {"items": [{"item": "contact", "required": False}], "askedFor": "social_assessment"}, NEW_TEAM
    ),
    "updateRequirements": Ask("lead", {"items": [{"item": "contact", "required": True}]}),
    "publishRequirements": Ask("lead", {}),
    "endRequirements": Ask("lead", {"validTo": "{later_on}"}, before=("publishRequirements",)),
    "getGuidanceFigures": Ask("lead", queries=(QUARTER,)),
    "getReferralQuality": Ask("lead", queries=(QUARTER,)),
    "getRoutingFigures": Ask("lead", queries=(QUARTER,)),
    "getTeamBoard": Ask("lead"),
    **dict.fromkeys(("getAbsence", "listAbsences", "getHolder", "listHolders"), Ask("lead")),
    **dict.fromkeys(("getPerson", "listPersons", "getMembership", "listMemberships"), Ask("admin")),
    **dict.fromkeys(("getRequirements", "getRoutingRuleSet"), Ask("lead")),
    "getBlueprint": Ask("lead"),
    "diffBlueprint": Ask("lead", {"blueprint": BLUEPRINT}),
    "applyBlueprint": Ask("lead", {"blueprint": BLUEPRINT, "dryRun": True}),
    "previewReroutes": Ask("lead", {"cause": "rules"}),
    "rerouteWork": Ask(
        "lead",
        {
            "cause": "handover",
            "moves": [{"workItemId": "{work_item_id}", "version": 1, "personId": "{person_nurse_deputy}",
                       "seatRole": "unemployed_health_nurse", "note": WORDS}],
        },
    ),
    "simulateTeam": Ask("lead", {"months": 1, "vacancies": ["physician_msk_somatic"]}),
    "listPathTemplates": Ask("lead"),
    "getPathTemplate": Ask("lead"),
    "draftPathTemplate": Ask("lead", {"code": "another", **COPY}),
    "checkPathTemplate": Ask("lead", {"code": "another", **PATH}),
    "updatePathTemplate": Ask("lead", {"title": TITLE}),
    "publishPathTemplate": Ask("lead"),
    "retirePathTemplate": Ask("lead", before=("publishPathTemplate",)),
    "draftRoutingRuleSet": Ask("lead", {"code": "another", **RULES}),
    "checkRoutingRuleSet": Ask("lead", RULES),
    "updateRoutingRuleSet": Ask("lead", RULES),
    "checkSavedRoutingRuleSet": Ask("lead"),
    "discardRoutingRuleSet": Ask("lead"),
    "signOffRoutingRuleSet": Ask("admin"),
    "reopenRoutingRuleSet": Ask("lead", before=SIGNED),
    "putRoutingRuleSetInForce": Ask("lead", {}, before=SIGNED),
    "retireRoutingRuleSet": Ask(
        "lead", {"validTo": "{later_on}"}, before=("signOffRoutingRuleSet", "putRoutingRuleSetInForce")
    ),
}  # fmt: skip

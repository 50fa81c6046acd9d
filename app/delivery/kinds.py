"""Which kinds of events there are, and who can get them at all: the code set `event_kind`, whose `to` names them.

`team`: whoever works with the client, and may read the subject. `lead`: who leads the team. `client`: the client.
`sender`: the organisation that sent the referral; only what its own view shows, so that nothing tells of a withdrawal,
a no-show, a refusal or health. `guest`: the partner's people invited to a meeting. `recipient`: the organisation that
was told something. `owner`: the subscriber. `asker`: who asked a question of a forum, and `convener` who convenes it.
Nobody: [].
"""

from __future__ import annotations

from functools import lru_cache

from app.kit.codesets import codeset

AUDIENCES = ("team", "lead", "client", "sender", "guest", "recipient", "owner", "asker", "convener")


@lru_cache(maxsize=len(AUDIENCES))
def kinds_for(audience: str) -> tuple[str, ...]:
    """The kinds that an audience can get. A kind that the code set does not know is nobody's."""
    return tuple(code.code for code in codeset("event_kind") if audience in code.facts["to"])

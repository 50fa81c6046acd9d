"""The second judge: the committed table of access (`app.access.table`). What was answered, against what is decided.

The table speaks of a row that stands so to the caller; compared are the cells whose request names a row of the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.access.policy import policy
from app.access.table import rows
from app.dev.runs.access.cast import PARTNERS, Relation

LACKS = "missing_permission"
Key = tuple[str, str, Relation]


@dataclass(frozen=True)
class Answered:
    """How a cell was answered: the status and, of a refusal, the code of the problem."""

    status: int
    code: str | None


def comparable(operation: str, role: str, relation: Relation) -> bool:
    """Whether the table means by the relation what the cast does.

    A client has no membership that could end: here it is a login that nobody knows. A partner whose permission was
    taken back is here a guest and nothing else; in the table it is the sender too. What was shared with one partner and
    the notice to cease went to another organisation than the sender's: of a partner only the refusals can be compared,
    which the other judge does.
    """
    if role in PARTNERS and ("ReceivedShare" in operation or "CeaseNotice" in operation):
        return False
    resource, register = policy().operations[operation].resource, policy().roles[role].register
    if resource == "consultation" and role in PARTNERS:  # asked is the physician's seat; in the table a partner's too
        return False
    if resource == "consultation" and policy().operations[operation].by == ("care_team",) and register != "health":
        return False  # the asking side reads the register; in the table whoever does not is asked as well
    if resource == "plan_reference" and role not in PARTNERS | {"client"} and register != "health":
        return False  # no reference is of the register of health, as the table's rows are
    if resource == "feedback_draft" and register == "social":  # as conclusions: a permission for just that opens them
        return False
    if policy().operations[operation].opens is not None:  # by a link: the token says whose it is, no relation does
        return False
    if role == "client":
        return relation is not Relation.EXPIRED_MEMBERSHIP
    return not (role in PARTNERS and relation is Relation.WITHDRAWN_CONSENT) or resource == "meeting"


def fits(said: str, answered: Answered) -> bool:
    """`yes` is answered by anything that is no refusal of access; a state that forbids the verb is another matter."""
    if said == "yes":
        return answered.status not in (401, 404) and answered.code != LACKS
    return answered.status == int(said)


def table() -> dict[Key, str]:
    """The committed decision of every cell."""
    return {
        (row.operation_id, row.role, Relation(relation)): said for row in rows() for relation, said in row.cells.items()
    }


def differences(answered: Mapping[Key, Answered]) -> Iterator[tuple[Key, str]]:
    """Cells that were answered otherwise than the table says, or that it does not have."""
    decided = table()
    for key, answer in answered.items():
        if not comparable(*key):
            continue
        said = decided.get(key)
        if said == "yes" and key[1] in PARTNERS and "Attachment" in key[0] and "Referral" not in key[0]:
            said = "404"  # asked for is a document of the team; in the table it is one that the sender added
        if said is None:
            yield key, "the table does not have it"
        elif not fits(said, answer):
            yield key, f"answered {answer.status} {answer.code or ''}, decided {said}"

"""What teams are made of, as data: read by every professional, and strict when it is loaded."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from app.kit.codesets import codeset
from app.path_templates.rules import newest
from app.teams import templates as module
from app.teams.service import PARTNER_SEATS
from app.teams.templates import EVERYWHERE, load_template, missing, templates
from tests.conftest import As
from tests.factories import code

GOOD = json.loads((Path(module.__file__).parent / "heinola.v1.json").read_text("utf-8"))
# Whoever sits here handles the health register.
HEALTH_SEATS = {
    "unemployed_health_nurse", "physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician",
    "physiotherapist", "occupational_therapist", "psychiatric_nurse", "memory_nurse", "substance_worker",
    "mental_health_substance_unit", "health_social_counsellor", "occupational_physician", "occupational_nurse",
    "rehab_unit_chief_physician", "typ_nurse", "own_care_team",
}  # fmt: skip


async def test_every_professional_reads_them_once(who: As) -> None:
    assert code(await who("").get("/v1/team-templates")) == (401, "unauthenticated")
    assert code(await who("client").get("/v1/team-templates")) == (403, "missing_permission")
    read = await who("ngo").get("/v1/team-templates")
    assert [t["code"] for t in read.json()["items"]] == [c.code for c in codeset("team_template")]
    heinola = read.json()["items"][0]
    assert heinola["label"]["sv"] == codeset("team_template")["heinola"].label.sv
    assert heinola["seats"][0] == {
        "role": "unemployed_health_nurse",
        "label": codeset("role")["unemployed_health_nurse"].label.as_dict(),
        "required": True,
        "source": "S000; C-06",
    }
    again = await who("nurse").get("/v1/team-templates", headers={"If-None-Match": read.headers["ETag"]})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", read.headers["ETag"])
    other = await who("nurse").get("/v1/team-templates", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200


def test_where_no_health_data_is_held_there_is_no_health_seat() -> None:
    """C-59."""
    held = {code: template.holds_health_data for code, template in templates().items()}
    assert held == {
        "heinola": True,
        "sote_centre_support": True,
        "small_municipality": True,
        "small_municipality_light": False,
        "coordinator_only": False,
    }
    for template in templates().values():
        possible = {seat.role for seat in template.seats}
        assert bool(possible & HEALTH_SEATS) is template.holds_health_data, template.code
        assert possible <= {c.code for c in codeset("role")} - EVERYWHERE - {"client", "admin", "dpo"}


def test_heinola_has_its_designations_and_may_have_those_of_c_56() -> None:
    heinola = templates()["heinola"]
    assert heinola.required == (
        "unemployed_health_nurse", "physician_mental_substance_neuro", "physician_msk_somatic", "physiotherapist",
        "occupational_therapist", "work_ability_coordinator",
    )  # fmt: skip
    for role in ("memory_nurse", "substance_worker", "psychiatric_nurse", "mental_health_substance_unit"):
        assert heinola.takes(role)
        assert role not in heinola.required
    assert all(heinola.takes(role) for role in PARTNER_SEATS | EVERYWHERE)
    assert not heinola.takes("dpo")
    # C-59: coordinator, nurse, health social counsellor and the versed physicians; no designated pair.
    support = templates()["sote_centre_support"]
    assert set(support.required) == {
        "work_ability_coordinator", "unemployed_health_nurse", "health_social_counsellor", "work_ability_physician",
    }  # fmt: skip
    assert not support.takes("physician_msk_somatic")


@pytest.mark.parametrize("template", templates().values(), ids=templates())
def test_a_path_that_a_template_names_is_shipped(template: module.TeamTemplate) -> None:
    assert template.path_template is None or newest(template.path_template)
    assert template.path_template or not template.holds_health_data
    assert all(seat.source for seat in template.seats)


def test_what_is_missing_is_said_in_order() -> None:
    assert missing("heinola", ["physiotherapist", "team_lead", "physician_msk_somatic"]) == [
        "unemployed_health_nurse", "physician_mental_substance_neuro", "occupational_therapist",
        "work_ability_coordinator",
    ]  # fmt: skip
    assert missing("coordinator_only", {"work_ability_coordinator"}) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.pop("ruleSet"), "exactly code, version"),
        (lambda t: t.update(more=1), "exactly code, version"),
        (lambda t: t.update(silentAfterDays="14"), "silentAfterDays is not"),
        (lambda t: t.update(silentAfterDays=True), "silentAfterDays is not"),
        (lambda t: t.update(silentAfterDays=0), "from 1 to 365"),
        (lambda t: t.update(source=""), "source is not"),
        (lambda t: t["about"].pop("sv"), "about: exactly fi, sv, en"),
        (lambda t: t["sources"].pop("ruleSet"), "sources: exactly"),
        (lambda t: t["seats"][0].update(role="wizard"), "unknown role wizard"),
        (lambda t: t["seats"][0].update(role="team_lead"), "none that every team may have"),
        (lambda t: t["seats"].append(t["seats"][0]), "each seat once"),
        (lambda t: [seat.update(required=False) for seat in t["seats"]], "at least one required"),
        (lambda t: t["seats"][0].update(required=1), "required is not"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(change: Any, words: str) -> None:
    assert load_template(GOOD).code == "heinola"
    bad = copy.deepcopy(GOOD)
    change(bad)
    with pytest.raises(ValueError, match=words):
        load_template(bad)
    with pytest.raises(ValueError, match="exactly"):
        load_template([])

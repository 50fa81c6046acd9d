"""Who lives in the town of `app.dev.town`: organisations, personas, seats and clients. Everybody is invented.

The psychiatric nurse belongs to the area's own psychiatric services: who works for the private unit sees no rows
(C-42), and a seat's holder must. Identity codes are of the artificial 900-999 range.
"""

from __future__ import annotations

from dataclasses import dataclass

# short name -> name, kind, as which source its referrals count
ORGANISATIONS: dict[str, tuple[str, str, str | None]] = {
    "employment": ("Päijät-Hämeen työllisyysalue", "employment_authority", "employment_authority"),
    "lahti_employment": ("Lahden työllisyyspalvelut", "employment_authority", "employment_authority"),
    "workshop": ("Heinolan työpaja Torppa", "workshop", "city_workshop"),
    "kela": ("Kela", "kela", "kela"),
    "ngo": ("Heinolan Tukitupa ry", "ngo", "third_sector"),
    "psychiatry": ("Coronarian psykiatrian yksikkö", "private_provider_unit", "mental_health"),
    "municipal": ("Heinolan kaupungin työllisyydenhoito", "municipal_employment", "municipal_employment_services"),
    "occupational": ("Vuohkallion työterveys", "private_provider_unit", "occupational_health"),
    "substance": ("Jyrängön päihdeklinikka", "ngo", "substance_services"),
    "disability": ("Rantalinnan vammaispalvelut", "disability_services", "disability_services"),
    "parish": ("Kirkonkylän diakoniatyö", "background_org", "other"),
}


@dataclass(frozen=True)
class Persona:
    """Somebody in the town who can sign in: where, in which role, with which register."""

    name: str
    role: str
    register: str
    at: str
    about: str
    languages: tuple[str, ...] = ("fi",)


TOWN: dict[str, Persona] = {
    "nurse": Persona(
        "Hanna Harju", "unemployed_health_nurse", "health", "area",
        "unemployed health nurse of Heinola: receives referrals, makes health checks", ("fi", "sv", "en"),
    ),
    "nurse_deputy": Persona(
        "Niina Niemi", "unemployed_health_nurse", "health", "area", "deputy of Heinola's unemployed health nurse"
    ),
    "physician_mental": Persona(
        "Mikael Metsälä", "physician_mental_substance_neuro", "health", "area",
        "named physician: mental health, substance use, neuropsychiatry",
    ),
    "physician_deputy": Persona(
        "Sari Saarinen", "physician_mental_substance_neuro", "health", "area", "deputy of physician_mental"
    ),
    "physician_msk": Persona(
        "Tapio Tuominen", "physician_msk_somatic", "health", "area", "named physician: musculoskeletal and somatic"
    ),
    "physiotherapist": Persona(
        "Fanni Forsman", "physiotherapist", "health", "area", "named physiotherapist: functional tests"
    ),
    "occupational_therapist": Persona(
        "Outi Oksanen", "occupational_therapist", "health", "area", "named occupational therapist: functional tests"
    ),
    "coordinator": Persona(
        "Kirsi Koskela", "work_ability_coordinator", "none", "area", "work-ability coordinator; reads no health data",
        ("fi", "sv"),
    ),
    "coordinator_two": Persona(
        "Kaarlo Kivi", "work_ability_coordinator", "none", "area", "the other work-ability coordinator"
    ),
    "social": Persona("Sonja Salmi", "social_counsellor", "social", "area", "social counsellor"),
    "psychiatric_nurse": Persona("Petri Peltola", "psychiatric_nurse", "health", "area", "psychiatric nurse"),
    "employment": Persona(
        "Eeva Eskola", "employment_expert", "none", "employment",
        "employment expert of Päijät-Häme, in the team: sends referrals, sees no health data",
    ),
    "kela": Persona(
        "Kaisa Karppinen", "kela_work_ability_adviser", "none", "kela", "Kela's adviser, in Heinola once a month"
    ),
    "workshop": Persona("Timo Torppa", "workshop_staff", "none", "workshop", "instructor of the city workshop"),
    "ngo": Persona("Jaana Järvi", "third_sector_worker", "none", "ngo", "worker of an association: the least access"),
    "lahti_employment": Persona(
        "Leo Lahtela", "employment_expert", "none", "lahti_employment", "employment expert of Lahti, not in the team"
    ),
    "lead": Persona("Tuula Tammi", "team_lead", "none", "area", "leads the Heinola team"),
    "supervisor": Persona("Merja Mänty", "supervisor", "none", "area", "supervises the working-age services"),
    "admin": Persona("Anna Aho", "admin", "none", "area", "manages organisations, people and teams; sees no clients"),
    "dpo": Persona("Daniel Dahl", "dpo", "none", "area", "data protection officer: reads the use logs"),
    "hollola_nurse": Persona(
        "Helmi Hollo", "unemployed_health_nurse", "health", "area", "unemployed health nurse of Hollola, another team"
    ),
    "hollola_physician": Persona(
        "Pentti Pulkkinen", "work_ability_physician", "health", "area",
        "physician of Hollola's health station, versed in the support of work ability",
    ),
    "padasjoki_coordinator": Persona(
        "Päivi Paavola", "work_ability_coordinator", "none", "area",
        "work-ability coordinator of Padasjoki, half a working week; a team that holds no health data",
    ),
    "psychiatry": Persona(
        "Pilvi Pohjola", "psychiatric_nurse", "none", "psychiatry", "psychiatric nurse of a private unit: only refers"
    ),
    "municipal": Persona(
        "Maarit Mäkelä", "job_coach", "none", "municipal", "job coach of the city's employment services: only refers"
    ),
    "occupational": Persona(
        "Tyyne Tolvanen", "occupational_nurse", "none", "occupational",
        "occupational health nurse of somebody whose job ends: only refers",
    ),
    "substance": Persona(
        "Saku Sorsa", "substance_worker", "none", "substance", "worker of a substance use clinic: only refers"
    ),
    "disability": Persona(
        "Viivi Vainio", "disability_services", "none", "disability", "worker of disability services: only refers"
    ),
    "parish": Persona("Doris Dyster", "third_sector_worker", "none", "parish", "deacon of a parish: only refers"),
}  # fmt: skip
PERSONAS: dict[str, str] = {
    **{persona: found.about for persona, found in TOWN.items()},
    "client": "Aino, a client of the Heinola team",
}


@dataclass(frozen=True)
class Filled:
    """A seat and who sits in it."""

    holders: tuple[str, ...]
    deputies: tuple[str, ...] = ()
    max_open: int | None = None
    visiting_days: str | None = None
    clients_per_day: int | None = None
    client_days: float | None = None
    channels: tuple[tuple[str, str, str | None], ...] = ()


HEINOLA: dict[str, Filled] = {
    "unemployed_health_nurse": Filled(
        ("nurse",), ("nurse_deputy",), 60, channels=(("chat", "Teams: Työkyvyn tuki", "93 ammattilaista"),)
    ),
    "physician_mental_substance_neuro": Filled(("physician_mental",), ("physician_deputy",), 25),
    "physician_msk_somatic": Filled(("physician_msk",), (), 25),
    "physiotherapist": Filled(("physiotherapist",), (), 30),
    "occupational_therapist": Filled(("occupational_therapist",), (), 20),
    "work_ability_coordinator": Filled(("coordinator", "coordinator_two"), (), 25),
    "social_counsellor": Filled(("social",), (), 40),
    "psychiatric_nurse": Filled(("psychiatric_nurse",), (), 40),
    "kela_work_ability_adviser": Filled(("kela",), (), None, "FREQ=MONTHLY;BYDAY=1TU"),
    "employment_expert": Filled(("employment",), (), 80, channels=(("remote", "etävastaanotto", "sovittaessa"),)),
    "team_lead": Filled(("lead",)),
}
# The coordinator's seat in Hollola is vacant: everybody sees it, and nothing is lost in it (C-06). The health social
# counsellor's is missing altogether.
HOLLOLA: dict[str, Filled] = {
    "unemployed_health_nurse": Filled(("hollola_nurse",), (), 60),
    "work_ability_coordinator": Filled((), (), 25),
    "work_ability_physician": Filled(("hollola_physician",), (), 20, clients_per_day=4, client_days=1),
}
# Light: no health seat and no health data (C-59). The authority's expert comes on the second Wednesday of the month.
PADASJOKI: dict[str, Filled] = {
    "work_ability_coordinator": Filled(("padasjoki_coordinator",), (), 20, clients_per_day=3, client_days=2.5),
    "employment_expert": Filled(("employment",), (), None, "FREQ=MONTHLY;BYDAY=2WE"),
}


@dataclass(frozen=True)
class Resident:
    """A client to be."""

    identity_code: str
    given_name: str
    family_name: str
    municipality: str
    phone: str | None = None


CLIENTS: dict[str, Resident] = {
    "aino": Resident("010100A905M", "Aino", "Esimerkki", "111", "+358 50 000 0001"),
    "veikko": Resident("150591-9018", "Veikko", "Virtanen", "111"),
    "sirpa": Resident("230379-902R", "Sirpa", "Sysmäläinen", "781"),
}

"""Imports every table, so that Alembic and the tests see them all. Nothing else."""

from app.assessments import models as assessments
from app.audit import models as audit
from app.clients import models as clients
from app.consents import models as consents
from app.kit import once
from app.kit.db import Base
from app.meetings import models as meetings
from app.outbox import models as outbox
from app.pathways import models as pathways
from app.people import models as people
from app.referrals import models as referrals
from app.routing import models as routing
from app.teams import models as teams
from app.work import models as work

ROOMS = (
    assessments, audit, clients, consents, meetings, once, outbox, pathways, people, referrals, routing, teams, work,
)  # fmt: skip
metadata = Base.metadata

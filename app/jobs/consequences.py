"""Every room in which something follows when a consent ends or is given, or when a path closes; a room that adds one
gets a line here.

What is imported adds itself (`consents.consequences`, `pathways.closing`): for requests, and for the job that follows
dates.
"""

from __future__ import annotations

from app.appointments import ending as ended_appointments
from app.appointments import partners as appointments
from app.ceasing import service as notices
from app.consultations import ending as ended_consultations
from app.consultations import telling as consultations
from app.delivery import service as deliveries
from app.gaps import service as gaps
from app.meetings import ending as ended_meetings
from app.meetings import inviting as invitations
from app.pathways import consequences as referrals
from app.records import consequences as record_requests
from app.responses import ending as ended_responses
from app.sharing import endings as shares

ROOMS = (referrals, record_requests, invitations, appointments, shares, notices, deliveries, gaps, consultations)
WITH_PATH = (ended_appointments, ended_meetings, ended_consultations, ended_responses)

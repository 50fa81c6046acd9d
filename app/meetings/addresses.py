"""Every router of meetings, in the order of the schema."""

from __future__ import annotations

from app.meetings.course_router import router as course
from app.meetings.invitation_router import router as invitations
from app.meetings.referral_router import router as referrals
from app.meetings.router import router as meetings

ROUTERS = (referrals, meetings, course, invitations)

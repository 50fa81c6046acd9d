"""How each job fares: one row per job, and one for the process itself (`heartbeat`)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.kit.db import Base

HEARTBEAT = "heartbeat"


class JobRun(Base, kw_only=True, eq=False, repr=False):
    """`at` is the last try and `done_at` the last that succeeded; `failures` in a row, `failure` the last's type."""

    __tablename__ = "job_runs"

    name: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    did: Mapped[int] = mapped_column(BigInteger)
    failures: Mapped[int]
    failure: Mapped[str | None]

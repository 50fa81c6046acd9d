"""The part of a request in which the sharing team is asked: is it still permitted, and who is to be told?

A recipient sees neither the client's permissions nor the path; nothing found here reaches them but yes or no.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.kit.db import REGISTERS, Receiving, RowContext


class Inside(Receiving):
    """As the team that shared, in every register."""

    def __init__(self, session: AsyncSession, team_id: UUID) -> None:
        super().__init__(session, team=team_id, area=team_id)

    def widened(self) -> RowContext:
        return replace(self.before, teams=(self.team,) if self.team else (), registers=REGISTERS)


class Wholly(Receiving):
    """As whoever acts, in every register: what ends with a permission ends whoever writes it down."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    def widened(self) -> RowContext:
        return replace(self.before, registers=REGISTERS)


class AsClient(Receiving):
    """As the client sees their own rows, whoever asks for the copy."""

    def __init__(self, session: AsyncSession, client_id: UUID) -> None:
        self.session, self.client_id = session, client_id

    def widened(self) -> RowContext:
        return RowContext(login=self.before.login, person=self.before.person, client=self.client_id)

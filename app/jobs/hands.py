"""What a job gets that begins its own transactions: nothing is open while it waits for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import Settings
from app.kit.crypto import Vault


@dataclass(frozen=True)
class Hands:
    """`transaction` begins one as `heinola_job`, committed at its end."""

    transaction: Callable[[datetime], AbstractAsyncContextManager[AsyncSession]]
    now: Callable[[], datetime]
    settings: Settings
    vault: Vault

"""Who answers an instrument by its link."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from app.kit.clock import Now
from app.kit.db import Session
from app.representatives.link_tokens import Token
from app.representatives.links import LinkHolder
from app.responses import links


async def by_response_link(token: Token, session: Session, at: Now) -> LinkHolder:
    """Opened by a capability for one response. `tests/contract` names the routes that may."""
    return await links.enter(session, token, at)


by_response_link.capability = "form_link"  # type: ignore[attr-defined]
Holder = Annotated[LinkHolder, Depends(by_response_link)]

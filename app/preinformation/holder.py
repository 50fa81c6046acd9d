"""Who fills a form by its link."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from app.kit.clock import Now
from app.kit.db import Session
from app.preinformation import links
from app.representatives.link_tokens import Token
from app.representatives.links import LinkHolder


async def by_link(token: Token, session: Session, at: Now) -> LinkHolder:
    """The other way a route is opened: by a capability for one form. `tests/contract` names the routes that may."""
    return await links.enter(session, token, at)


by_link.capability = "form_link"  # type: ignore[attr-defined]
Holder = Annotated[LinkHolder, Depends(by_link)]

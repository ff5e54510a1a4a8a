from typing import Annotated

import structlog
from common.auth import Permission, Principal
from common.errors import BadGatewayError, TooManyRequestsError
from common.http import PlainRouter, Router, requires
from fastapi import Path
from pulseworks_contracts import Platform

from publisher.connections.schemas import (
    ConnectionOut,
    ConnectionsOut,
    LinkOut,
    ProfileOut,
    VerifyIn,
    profile_out,
)
from publisher.dependencies import ContextDep, FactoryDep

log = structlog.get_logger(__name__)

router = Router(prefix="/api/social", tags=["Social connections"])
provider_router = PlainRouter(prefix="/api/social", tags=["Social connections"])


@provider_router.post("/link")
async def link_accounts(
    context: ContextDep, principal: Annotated[Principal, requires(Permission.SOCIAL_CONNECT)]
) -> LinkOut:
    """Return the page on which Facebook and Instagram are connected. Ask for it at the click: it lives five minutes."""
    session = await context.linking.link(principal.account_id)
    return LinkOut(url=session.url, expires_at=session.expires_at)


@provider_router.get("/connections")
async def list_connections(
    context: ContextDep, principal: Annotated[Principal, requires(Permission.SOCIAL_READ)]
) -> ConnectionsOut:
    """List what is connected, as the posting provider says now."""
    fresh = True
    try:
        await context.linking.refresh(principal.account_id)
    except (BadGatewayError, TooManyRequestsError) as error:
        log.warning("connections_not_refreshed", reason=str(error))
        fresh = False
    async with context.database.transaction(principal.account_id) as session:
        found = await context.factory(session).connections().connections()
    items = [ConnectionOut.model_validate(connection, from_attributes=True) for connection in found]
    return ConnectionsOut(items=items, fresh=fresh)


@provider_router.delete("/connections/{platform}", status_code=204)
async def disconnect_platform(
    context: ContextDep,
    principal: Annotated[Principal, requires(Permission.SOCIAL_CONNECT)],
    platform: Annotated[Platform, Path(description="`FACEBOOK` or `INSTAGRAM`.")],
) -> None:
    """Unlink a Page or an account at the posting provider. Nothing is posted there any more."""
    await context.linking.disconnect(principal, platform)


@router.get("/profile", dependencies=[requires(Permission.SOCIAL_READ)])
async def get_publishing_profile(factory: FactoryDep) -> ProfileOut:
    """Show which Page and which account were verified."""
    return profile_out(await factory.connections().profile())


@provider_router.post("/profile/verify")
async def verify_publishing_profile(
    context: ContextDep, principal: Annotated[Principal, requires(Permission.SOCIAL_CONNECT)], wanted: VerifyIn
) -> ProfileOut:
    """Confirm that these are the business's own Page and account. Refused unless they are what is linked right now."""
    return profile_out(await context.linking.verify(principal, wanted.wanted()))

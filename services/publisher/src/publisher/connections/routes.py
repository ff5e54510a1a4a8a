from typing import Annotated

from common.auth import Permission, Principal
from common.http import PlainRouter, Router, raises, requires
from fastapi import Path
from pulseworks_contracts import Platform

from publisher.clients.ayrshare.errors import (
    AyrshareRateLimitedError,
    AyrshareRefusedError,
    AyrshareUnavailableError,
    ProfileKeyUnreadableError,
)
from publisher.connections.errors import (
    ConnectionNotFoundError,
    NothingLinkedError,
    NotLinkedNowError,
    PostingNotIncludedError,
    ProfileInTheMakingError,
    ProfileNotFoundError,
)
from publisher.connections.schemas import (
    ConnectionOut,
    ConnectionsOut,
    LinkOut,
    ProfileOut,
    VerifyIn,
    profile_out,
)
from publisher.dependencies import ConnectionsDep, FactoryDep

router = Router(prefix="/api/social", tags=["Social connections"])
provider_router = PlainRouter(prefix="/api/social", tags=["Social connections"])

_AYRSHARE = (AyrshareUnavailableError, AyrshareRefusedError, AyrshareRateLimitedError, ProfileKeyUnreadableError)


@provider_router.post(
    "/link",
    dependencies=[raises(PostingNotIncludedError, ProfileInTheMakingError, *_AYRSHARE)],
    summary="Get a URL for connecting accounts",
)
async def link_accounts(
    connections: ConnectionsDep, principal: Annotated[Principal, requires(Permission.SOCIAL_CONNECT)]
) -> LinkOut:
    """Return the URL of a page of Ayrshare, the posting provider, on which the user connects Facebook and Instagram.

    It expires after about five minutes, so request it when the user clicks. Afterwards, list the connections and verify
    them. The first time, the subscription must include posting.
    """
    session = await connections.create_link_session(principal.account_id)
    return LinkOut(url=session.url, expires_at=session.expires_at)


@provider_router.get("/connections", dependencies=[raises()], summary="List connected accounts")
async def list_connections(
    connections: ConnectionsDep, principal: Annotated[Principal, requires(Permission.SOCIAL_READ)]
) -> ConnectionsOut:
    """List the Facebook Page and the Instagram account that are connected, or were.

    The list is at most a minute old, or a few seconds in the first minutes after `POST /api/social/link`. If Ayrshare
    does not respond, it is older, and `fresh` is false.
    """
    found, fresh = await connections.list_connections(principal.account_id)
    items = [ConnectionOut.model_validate(connection, from_attributes=True) for connection in found]
    return ConnectionsOut(items=items, fresh=fresh)


@provider_router.delete(
    "/connections/{platform}",
    status_code=204,
    dependencies=[raises(ConnectionNotFoundError, *_AYRSHARE)],
    summary="Disconnect a Page or account",
)
async def disconnect_platform(
    connections: ConnectionsDep,
    principal: Annotated[Principal, requires(Permission.SOCIAL_CONNECT)],
    platform: Annotated[Platform, Path(description="`FACEBOOK` or `INSTAGRAM`.")],
) -> None:
    """Disconnect the Facebook Page or the Instagram account. Nothing is posted to it until it is connected again."""
    await connections.disconnect(principal, platform)


@router.get(
    "/profile",
    dependencies=[requires(Permission.SOCIAL_READ), raises(ProfileNotFoundError)],
    summary="Get the publishing profile",
)
async def get_publishing_profile(factory: FactoryDep) -> ProfileOut:
    """Return the Facebook Page and the Instagram account that a user has verified.

    PulseWorks sends posts to no others.
    """
    return profile_out(await factory.connections().profile())


@provider_router.post(
    "/profile/verify",
    dependencies=[raises(NothingLinkedError, NotLinkedNowError, *_AYRSHARE)],
    summary="Verify the publishing profile",
)
async def verify_publishing_profile(
    connections: ConnectionsDep, principal: Annotated[Principal, requires(Permission.SOCIAL_CONNECT)], wanted: VerifyIn
) -> ProfileOut:
    """Confirm that these are the business's own Page and account. From now on, PulseWorks sends posts to them only.

    Refused unless they are connected at this moment.
    """
    return profile_out(await connections.verify(principal, wanted.wanted()))

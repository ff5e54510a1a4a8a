from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Router, raises, requires
from fastapi import Depends, Path

from identity.dependencies import FactoryDep, live_session
from identity.sessions.errors import SessionNotFoundError
from identity.sessions.schemas import SessionList, SessionOut

router = Router(prefix="/api/auth", tags=["Authentication"], dependencies=[Depends(live_session)])
OwnSession = Annotated[Principal, requires(Permission.SESSION_OWN)]


@router.get("/sessions", summary="List your sessions", dependencies=[raises()])
async def list_sessions(factory: FactoryDep, principal: OwnSession) -> SessionList:
    """List your active sessions."""
    sessions = await factory.sessions().list_own(principal)
    return SessionList(items=[SessionOut.of(session, principal.session_id) for session in sessions])


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    summary="End one of your sessions",
    dependencies=[raises(SessionNotFoundError)],
)
async def end_session(
    factory: FactoryDep, principal: OwnSession, session_id: Annotated[UUID, Path(description="Id of the session.")]
) -> None:
    """End one of your sessions. Its tokens are refused from now on."""
    await factory.sessions().end_own(principal, session_id)


@router.post("/logout", status_code=204, summary="Sign out", dependencies=[raises(SessionNotFoundError)])
async def logout(factory: FactoryDep, principal: OwnSession) -> None:
    """End the session of this request."""
    await factory.sessions().end_own(principal, principal.session_id, "logout")

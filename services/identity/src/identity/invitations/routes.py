from typing import Annotated
from uuid import UUID

from common.auth import KeysUnavailableError, Permission, Principal
from common.http import PlainRouter, Router, public, raises, requires
from common.http.idempotency import AnswerNotKeptError
from fastapi import APIRouter, Depends, Path, Response

from identity.auth.schemas import SignedIn
from identity.dependencies import ClientDep, ContextDep, FactoryDep, live_session, no_store
from identity.invitations import workflow
from identity.invitations.errors import AlreadyMemberError, InvitationInvalidError, InvitationNotFoundError
from identity.invitations.schemas import (
    AcceptRequest,
    InvitationList,
    InvitationOut,
    InvitationRequest,
    NewInvitation,
)
from identity.passwords.errors import PasswordRefusedError, SignInBusyError
from identity.rate_limits.errors import RateLimitedError
from identity.users.errors import EmailTakenError, OwnerOnlyError

_private = Router(prefix="/api/auth/invitations", tags=["Invitations"], dependencies=[Depends(live_session)])
_public_plain = PlainRouter(prefix="/api/auth/invitations", tags=["Invitations"], dependencies=[public()])
Inviter = Annotated[Principal, requires(Permission.USER_INVITE)]


@_private.post(
    "",
    status_code=201,
    summary="Invite a user",
    dependencies=[raises(OwnerOnlyError, AlreadyMemberError, AnswerNotKeptError)],
)
async def invite(factory: FactoryDep, principal: Inviter, body: InvitationRequest, response: Response) -> NewInvitation:
    """Invite a person to the account. Only this response contains the invitation token."""
    invitation, token = await factory.invitations().invite(principal, body.email, body.role)
    no_store(response)
    return NewInvitation(**InvitationOut.model_validate(invitation).model_dump(), token=token)


@_private.get("", summary="List open invitations", dependencies=[requires(Permission.USER_INVITE), raises()])
async def list_invitations(factory: FactoryDep) -> InvitationList:
    """List open invitations, newest first."""
    invitations = await factory.invitations().open()
    return InvitationList(items=[InvitationOut.model_validate(invitation) for invitation in invitations])


@_private.delete(
    "/{invitation_id}",
    status_code=204,
    summary="Withdraw an invitation",
    dependencies=[raises(InvitationNotFoundError, OwnerOnlyError)],
)
async def withdraw_invitation(
    factory: FactoryDep,
    principal: Inviter,
    invitation_id: Annotated[UUID, Path(description="Id of the invitation.")],
) -> None:
    """Withdraw an open invitation. Its token is no longer accepted."""
    await factory.invitations().withdraw(principal, invitation_id)


@_public_plain.post(
    "/accept",
    status_code=201,
    summary="Accept an invitation",
    dependencies=[
        raises(
            RateLimitedError,
            InvitationInvalidError,
            EmailTakenError,
            PasswordRefusedError,
            SignInBusyError,
            KeysUnavailableError,
        )
    ],
)
async def accept_invitation(
    context: ContextDep, client: ClientDep, body: AcceptRequest, response: Response
) -> SignedIn:
    """Accept an invitation: create the user and sign in."""
    no_store(response)
    return await workflow.accept_invitation(context, body, client)


routers: list[APIRouter] = [_private, _public_plain]

from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Router, public, requires
from fastapi import APIRouter, Depends, Response

from identity.auth.schemas import SignedIn, signed_in
from identity.dependencies import ClientDep, ContextDep, FactoryDep, live_session, no_store
from identity.invitations.schemas import (
    AcceptRequest,
    InvitationList,
    InvitationOut,
    InvitationRequest,
    NewInvitation,
)
from identity.passwords.policy import check_password

_private = Router(prefix="/api/auth/invitations", tags=["Invitations"], dependencies=[Depends(live_session)])
_public = Router(prefix="/api/auth/invitations", tags=["Invitations"], dependencies=[public()])
Inviter = Annotated[Principal, requires(Permission.USER_INVITE)]


@_private.post("", status_code=201)
async def invite(factory: FactoryDep, principal: Inviter, body: InvitationRequest, response: Response) -> NewInvitation:
    """Invite a person into the account. The token in the answer is shown this once."""
    invitation, token = await factory.invitations().invite(principal, body.email, body.role)
    no_store(response)
    return NewInvitation(**InvitationOut.model_validate(invitation).model_dump(), token=token)


@_private.get("", dependencies=[requires(Permission.USER_INVITE)])
async def list_invitations(factory: FactoryDep) -> InvitationList:
    """Invitations that can still be accepted, the latest first."""
    invitations = await factory.invitations().open()
    return InvitationList(items=[InvitationOut.model_validate(invitation) for invitation in invitations])


@_private.delete("/{invitation_id}", status_code=204)
async def withdraw_invitation(factory: FactoryDep, principal: Inviter, invitation_id: UUID) -> None:
    """Take an invitation back."""
    await factory.invitations().withdraw(principal, invitation_id)


@_public.post("/accept", status_code=201)
async def accept_invitation(
    context: ContextDep, factory: FactoryDep, client: ClientDep, body: AcceptRequest, response: Response
) -> SignedIn:
    """Join the account that one was invited to, and sign in."""
    context.limits.tokens_by_client.hit(client.address)
    # No connection is held yet: the transaction begins with its first statement.
    password = check_password(body.password.get_secret_value())
    password_hash = await context.passwords.hash(password)
    user = await factory.invitations().accept(body.token, password_hash)
    tokens = await factory.sessions().start(user, client.user_agent)
    account = await factory.accounts().get(user.account_id)
    no_store(response)
    return signed_in(tokens, user, account)


routers: list[APIRouter] = [_private, _public]

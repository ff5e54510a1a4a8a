"""Sign up, in and out.

A password costs 30 ms of a core. No transaction is open meanwhile, or a rush of sign-ins would hold every
connection: that is why `login` and `password` are plain routes with two short transactions each.
"""

from typing import Annotated

from common.auth import Permission, Principal
from common.auth.permissions import PERMISSIONS
from common.http import PlainRouter, Router, public, requires
from fastapi import APIRouter, Depends, Response

from identity.accounts.schemas import AccountOut
from identity.auth.errors import CredentialsInvalidError, CurrentPasswordWrongError
from identity.auth.schemas import (
    LoginRequest,
    Me,
    PasswordChange,
    RefreshRequest,
    SignedIn,
    SignupRequest,
    Tokens,
    signed_in,
    tokens_out,
)
from identity.dependencies import ClientDep, ContextDep, FactoryDep, live_session, no_store
from identity.factory import Factory
from identity.passwords.policy import check_password, prepare_password
from identity.users.schemas import UserOut

_public = Router(prefix="/api/auth", tags=["Authentication"], dependencies=[public()])
_public_plain = PlainRouter(prefix="/api/auth", tags=["Authentication"], dependencies=[public()])
_private = Router(prefix="/api/auth", tags=["Authentication"], dependencies=[Depends(live_session)])
_private_plain = PlainRouter(prefix="/api/auth", tags=["Authentication"])
Own = Annotated[Principal, requires(Permission.SESSION_OWN)]


@_public.post("/signup", status_code=201)
async def sign_up(
    context: ContextDep, factory: FactoryDep, client: ClientDep, body: SignupRequest, response: Response
) -> SignedIn:
    """Create an account for a business, with oneself as its owner, and sign in."""
    context.limits.signups_by_client.hit(client.address)
    known_words = (body.email, body.email.partition("@")[0], body.account_name)
    password = check_password(body.password.get_secret_value(), context=known_words)
    # No connection is held yet: the transaction begins with its first statement.
    password_hash = await context.passwords.hash(password)
    account, user, tokens = await factory.auth().sign_up(
        email=body.email,
        password_hash=password_hash,
        account_name=body.account_name,
        website_url=body.website_url,
        timezone=body.timezone,
        user_agent=client.user_agent,
    )
    no_store(response)
    return signed_in(tokens, user, account)


@_public_plain.post("/login")
async def login(context: ContextDep, client: ClientDep, body: LoginRequest, response: Response) -> SignedIn:
    """Sign in. An unknown address and a wrong password get the same answer after the same time."""
    context.limits.logins_by_client.hit(client.address)
    context.limits.logins_by_email.hit(body.email)
    password = prepare_password(body.password.get_secret_value())
    async with context.database.transaction() as session:
        known = await Factory(context, session).auth().find(body.email)
    matches = await context.passwords.verify(known.password_hash if known else None, password)
    if known is None or not matches:
        raise CredentialsInvalidError("Check both and try again.")
    outdated = context.passwords.is_outdated(known.password_hash)
    rehashed = await context.passwords.hash(password) if outdated else None
    async with context.database.transaction(known.account_id) as session:
        auth = Factory(context, session).auth()
        account, user, tokens = await auth.sign_in(known, rehashed=rehashed, user_agent=client.user_agent)
    context.limits.logins_by_email.forget(body.email)
    no_store(response)
    return signed_in(tokens, user, account)


@_public.post("/refresh")
async def refresh(
    context: ContextDep, factory: FactoryDep, client: ClientDep, body: RefreshRequest, response: Response
) -> Tokens:
    """Change a refresh token for new tokens. It is good for one use; a second use ends the session."""
    context.limits.tokens_by_client.hit(client.address)
    no_store(response)
    return tokens_out(await factory.sessions().refresh(body.refresh_token, client.user_agent))


@_private.get("/me")
async def me(factory: FactoryDep, principal: Own) -> Me:
    """Who one is, in which account, and what one may do."""
    user = await factory.users().get(principal.user_id)
    account = await factory.accounts().get(principal.account_id)
    return Me(
        user=UserOut.model_validate(user),
        account=AccountOut.model_validate(account),
        permissions=sorted(PERMISSIONS[principal.role]),
    )


@_private_plain.post("/password", status_code=204)
async def change_password(context: ContextDep, principal: Own, body: PasswordChange) -> None:
    """Change one's password. All other sessions of the user end; this one goes on."""
    context.limits.passwords_by_user.hit(str(principal.user_id))
    async with context.database.transaction(principal.account_id) as session:
        factory = Factory(context, session)
        await factory.sessions().require_live(principal)
        known = await factory.auth().known(principal)
        email = (await factory.users().get(principal.user_id)).email
    new = check_password(
        body.new_password.get_secret_value(), context=(email, email.partition("@")[0]), field="new_password"
    )
    current = prepare_password(body.current_password.get_secret_value())
    if not await context.passwords.verify(known.password_hash, current):
        raise CurrentPasswordWrongError("Give the password that you sign in with.", field="current_password")
    new_hash = await context.passwords.hash(new)
    async with context.database.transaction(principal.account_id) as session:
        await Factory(context, session).auth().change_password(principal, known, new_hash)
    context.limits.passwords_by_user.forget(str(principal.user_id))


routers: list[APIRouter] = [_public, _public_plain, _private, _private_plain]

from typing import Annotated

from common.auth import KeysUnavailableError, Permission, Principal
from common.auth.permissions import PERMISSIONS
from common.http import PlainRouter, Router, public, raises, requires
from common.http.idempotency import IdempotencyKeyInvalidError, IdempotencyKeyReusedError
from fastapi import APIRouter, Response

from identity.accounts.schemas import AccountOut
from identity.auth.errors import CredentialsInvalidError, CurrentPasswordWrongError, UserDeactivatedError
from identity.auth.schemas import LoginRequest, Me, PasswordChange, RefreshRequest, SignedIn, SignupRequest
from identity.auth.workflow import AuthWorkflow
from identity.dependencies import CHECKS_SESSION, ClientDep, ContextDep, FactoryDep, RepeatableDep, no_store
from identity.passwords.errors import PasswordRefusedError, SignInBusyError
from identity.rate_limits.errors import RateLimitedError
from identity.rate_limits.workflow import count_attempt
from identity.sessions.errors import RefreshTokenInvalidError, RefreshTokenReusedError, SessionEndedError
from identity.sessions.schemas import Tokens
from identity.users.errors import EmailTakenError
from identity.users.schemas import UserOut

_public = Router(prefix="/api/auth", tags=["Authentication"], dependencies=[public()])
_public_plain = PlainRouter(prefix="/api/auth", tags=["Authentication"], dependencies=[public()])
_private = Router(prefix="/api/auth", tags=["Authentication"])
_private_plain = PlainRouter(prefix="/api/auth", tags=["Authentication"])
OwnSession = Annotated[Principal, requires(Permission.SESSION_OWN)]


@_public_plain.post(
    "/signup",
    status_code=201,
    summary="Sign up",
    dependencies=[
        raises(PasswordRefusedError, RateLimitedError, SignInBusyError, EmailTakenError, KeysUnavailableError)
    ],
)
async def sign_up(context: ContextDep, client: ClientDep, body: SignupRequest, response: Response) -> SignedIn:
    """Create an account for a business, with you as its owner, and sign in."""
    no_store(response)
    return await AuthWorkflow(context).sign_up(body, client)


@_public_plain.post(
    "/login",
    summary="Sign in",
    dependencies=[
        raises(RateLimitedError, SignInBusyError, CredentialsInvalidError, UserDeactivatedError, KeysUnavailableError)
    ],
)
async def login(context: ContextDep, client: ClientDep, body: LoginRequest, response: Response) -> SignedIn:
    """Sign in. The response does not show whether the e-mail address or the password was wrong."""
    no_store(response)
    return await AuthWorkflow(context).sign_in(body, client)


@_public.post(
    "/refresh",
    summary="Refresh the tokens",
    dependencies=[raises(RateLimitedError, RefreshTokenInvalidError, RefreshTokenReusedError, KeysUnavailableError)],
)
async def refresh(
    context: ContextDep, factory: FactoryDep, client: ClientDep, body: RefreshRequest, response: Response
) -> Tokens:
    """Exchange a refresh token for a new access token and a new refresh token. The old refresh token is used up.

    A second use of the old one ends the session, because it may have been stolen. The exception is a second use within
    10 seconds by the same browser; see `refresh_token` in the response.
    """
    # The request's own transaction holds no connection before its first statement.
    await count_attempt(context, context.rate_limits.tokens_by_client, client.address)
    no_store(response)
    return await factory.sessions().refresh(body.refresh_token, client)


@_private.get("/me", summary="Get the current user", dependencies=[CHECKS_SESSION])
async def me(factory: FactoryDep, principal: OwnSession) -> Me:
    """Return the signed-in user, with the account and the user's permissions."""
    user, account = await factory.sessions().live_owner(principal)
    return Me(
        user=UserOut.model_validate(user),
        account=AccountOut.model_validate(account),
        permissions=sorted(PERMISSIONS[principal.role]),
    )


@_private_plain.post(
    "/password",
    status_code=204,
    summary="Change the password",
    dependencies=[
        raises(
            RateLimitedError,
            SessionEndedError,
            PasswordRefusedError,
            CurrentPasswordWrongError,
            SignInBusyError,
            CredentialsInvalidError,
            IdempotencyKeyInvalidError,
            IdempotencyKeyReusedError,
        )
    ],
)
async def change_password(
    context: ContextDep, principal: OwnSession, body: PasswordChange, repeatable: RepeatableDep
) -> Response:
    """Change your password. All your other sessions end.

    If `current_password` is wrong, the response is 422 `current_password_wrong`. 401 `credentials_invalid` means that
    the password was changed elsewhere at the same moment.
    """
    return await AuthWorkflow(context).change_password(principal, body, repeatable)


routers: list[APIRouter] = [_public_plain, _public, _private, _private_plain]

"""Sign-up, sign-in and change of password: short transactions around the hashing of passwords.

Hashing takes 30 ms of a core. No transaction is open meanwhile, or a burst of sign-ins would hold every connection.
"""

from common.auth import Principal
from common.http.idempotency import IdempotencyKeyReusedError
from common.ids import new_id
from fastapi import Response

from identity.auth.errors import CredentialsInvalidError, CurrentPasswordWrongError
from identity.auth.repository import RepeatablePost
from identity.auth.schemas import LoginRequest, PasswordChange, SignedIn, SignupRequest
from identity.auth.service import StoredPassword
from identity.factory import ProcessContext
from identity.passwords.errors import SignInBusyError
from identity.passwords.rules import check_password, prepare_password
from identity.rate_limits.workflow import count_attempt
from identity.sessions.rules import Client
from identity.sign_in_limits.service import SIGN_INS
from identity.users.rules import words_of


class AuthWorkflow:
    def __init__(self, context: ProcessContext) -> None:
        self._context = context
        self._limits = context.rate_limits
        self._passwords = context.passwords

    async def sign_up(self, request: SignupRequest, client: Client) -> SignedIn:
        """Create an account and sign its owner in.

        Raises PasswordRefusedError, RateLimitedError, SignInBusyError and EmailTakenError.
        """
        context_words = (*words_of(request.email), request.account_name)
        password = check_password(request.password.get_secret_value(), context=context_words)
        await count_attempt(self._context, self._limits.signups_by_client, client.address)
        async with self._context.transaction() as factory:
            await factory.users().require_free(request.email)
        password_hash = await self._passwords.hash(password)
        async with self._context.transaction() as factory:
            sign_in = await factory.auth().sign_up(
                email=request.email,
                password_hash=password_hash,
                account_name=request.account_name,
                website_url=request.website_url,
                timezone=request.timezone,
                user_agent=client.user_agent,
            )
        return SignedIn.of(sign_in.tokens, sign_in.user, sign_in.account, sign_in.device_token)

    async def sign_in(self, request: LoginRequest, client: Client) -> SignedIn:
        """Verify the password and start a session.

        Raises RateLimitedError, SignInBusyError, CredentialsInvalidError and UserDeactivatedError. An unknown address
        takes the same queries and the same hashing as a wrong password.
        """
        password = prepare_password(request.password.get_secret_value())
        async with self._context.transaction() as factory:
            stored = await factory.auth().find_password(request.email)
            owner = None if stored is None else (stored.account_id, stored.user_id)
            device = await factory.devices().find(request.device_token, owner)
            limits = factory.sign_in_limits()
            attempt = await limits.admit(request.email, client, None if device is None else device.id)
        try:
            hashed = None if stored is None else stored.hash
            matches = await self._passwords.verify(hashed, password, known_device=device is not None)
        except SignInBusyError:
            async with self._context.transaction() as factory:
                await factory.sign_in_limits().withdraw(attempt)
            raise
        if stored is None or not matches:
            await self._count_failure(stored)
            raise CredentialsInvalidError("Check the e-mail address and the password, and try again.")
        rehashed = await self._passwords.hash(password) if self._passwords.is_outdated(stored.hash) else None
        async with self._context.transaction(stored.account_id) as factory:
            await factory.sign_in_limits().succeeded(attempt)
            sign_in = await factory.auth().sign_in(
                stored, rehashed=rehashed, user_agent=client.user_agent, device_token=request.device_token
            )
        SIGN_INS.labels("signed_in").inc()
        return SignedIn.of(sign_in.tokens, sign_in.user, sign_in.account, sign_in.device_token)

    async def _count_failure(self, stored: StoredPassword | None) -> None:
        """Count a failed sign-in for the audit log. An unknown address takes the same statements as a known one."""
        SIGN_INS.labels("failed").inc()
        account_id, user_id = (new_id(), None) if stored is None else (stored.account_id, stored.user_id)
        async with self._context.transaction(account_id) as factory:
            await factory.failed_sign_ins().count(account_id, user_id)

    async def change_password(
        self, principal: Principal, request: PasswordChange, repeatable: RepeatablePost | None = None
    ) -> Response:
        """Change the user's password and end the user's other sessions. Return the answer, or the first one again.

        Raises RateLimitedError, SessionEndedError, PasswordRefusedError, CurrentPasswordWrongError, SignInBusyError
        and CredentialsInvalidError, and the errors of Idempotency-Key.
        """
        user_key = str(principal.user_id)
        await count_attempt(self._context, self._limits.passwords_by_user, user_key)
        async with self._context.transaction(principal.account_id) as factory:
            await factory.sessions().require_live(principal)
            answered = None if repeatable is None else await repeatable.find(factory.session)
            stored = await factory.auth().password_of(principal)
            email = (await factory.users().get(principal.user_id)).email
        new = check_password(request.new_password.get_secret_value(), context=words_of(email), field="new_password")
        if answered is not None:
            return await self._again(answered, stored, new)
        current = prepare_password(request.current_password.get_secret_value())
        if not await self._passwords.verify(stored.hash, current):
            async with self._context.transaction(principal.account_id) as factory:
                await factory.failed_sign_ins().count(principal.account_id, principal.user_id)
            raise CurrentPasswordWrongError("Enter your current password.", field="current_password")
        new_hash = await self._passwords.hash(new)
        async with self._context.transaction(principal.account_id) as factory:
            answered = None if repeatable is None else await repeatable.claim(factory.session)
            if answered is None:
                await factory.rate_limits().reset(self._limits.passwords_by_user, user_key)
                await factory.auth().change_password(principal, stored, new_hash)
                answer = Response(status_code=204)
                if repeatable is not None:
                    await repeatable.keep(factory.session, answer)
                return answer
            # the same request, sent twice at once
            stored = await factory.auth().password_of(principal)
        return await self._again(answered, stored, new)

    async def _again(self, answered: Response, stored: StoredPassword, new: str) -> Response:
        """Return the first answer if the same new password was sent.

        The fingerprint of the request does not cover the body: a fast hash of a password must not be stored.
        """
        if not await self._passwords.verify(stored.hash, new):
            raise IdempotencyKeyReusedError("Use a new key for a new request, and the same body for a repeated one.")
        return answered

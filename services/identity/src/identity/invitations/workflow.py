from identity.auth.schemas import SignedIn
from identity.factory import ProcessContext
from identity.invitations.schemas import AcceptRequest
from identity.passwords.rules import check_password
from identity.rate_limits.workflow import count_attempt
from identity.sessions.rules import Client


async def accept_invitation(context: ProcessContext, request: AcceptRequest, client: Client) -> SignedIn:
    """Add the invited person to the account and sign in; the password is hashed before the transaction.

    Raises PasswordRefusedError, RateLimitedError, SignInBusyError, InvitationInvalidError and EmailTakenError.
    """
    password = check_password(request.password.get_secret_value())
    await count_attempt(context, context.rate_limits.tokens_by_client, client.address)
    password_hash = await context.passwords.hash(password)
    async with context.transaction() as factory:
        user = await factory.invitations().accept(request.token, password_hash)
        tokens = await factory.sessions().start(user, client.user_agent)
        account = await factory.accounts().get(user.account_id)
    return SignedIn.of(tokens, user, account)

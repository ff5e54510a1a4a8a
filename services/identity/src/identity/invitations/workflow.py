from identity.auth.schemas import SignedIn
from identity.factory import ProcessContext
from identity.invitations.schemas import AcceptRequest
from identity.passwords.rules import check_password
from identity.rate_limits.workflow import count_attempt
from identity.sessions.rules import Client
from identity.users.rules import words_of


async def accept_invitation(context: ProcessContext, request: AcceptRequest, client: Client) -> SignedIn:
    """Add the invited person to the account and sign in.

    The password is hashed after the invitation was found and before the transaction that accepts it: a made-up token
    costs a lookup, and none of the hashing that sign-ins wait for.

    Raises RateLimitedError, InvitationInvalidError, EmailTakenError, PasswordRefusedError and SignInBusyError.
    """
    await count_attempt(context, context.rate_limits.invitations_by_client, client.address)
    async with context.transaction() as factory:
        email = (await factory.invitations().require_acceptable(request.token)).email
    password = check_password(request.password.get_secret_value(), context=words_of(email))
    password_hash = await context.passwords.hash(password)
    async with context.transaction() as factory:
        user = await factory.invitations().accept(request.token, password_hash)
        tokens = await factory.sessions().start(user, client.user_agent)
        device_token = await factory.devices().remember(user)
        account = await factory.accounts().get(user.account_id)
    return SignedIn.of(tokens, user, account, device_token)

"""The change of the signing key, as an operator starts it."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from identity.factory import ProcessContext
from identity.models import SigningKey
from identity.tokens.errors import RotationInProgressError
from identity.tokens.repository import SigningKeyRepository
from identity.tokens.rules import PUBLISHED_BEFORE_SIGNING, VERIFIED_AFTER_SIGNING, TokenKey


async def rotate(context: ProcessContext, *, at_once: bool = False) -> TokenKey:
    """Publish a new key with the times at which it signs and the others retire, and return it.

    Nothing else has to happen: every replica acts on the stored times. `at_once` is for a key that was stolen or lost:
    the new one signs immediately and the others are refused, so that all users have to refresh their tokens.

    Raises `RotationInProgressError` while an earlier new key does not sign yet.
    """
    now = context.clock.now()
    new = Ed25519PrivateKey.generate()
    signs_at = now if at_once else now + PUBLISHED_BEFORE_SIGNING
    key = TokenKey(new.public_key(), new, published_at=now, signs_at=signs_at)
    async with context.database.cross_account.transaction() as session:
        keys = SigningKeyRepository(session)
        await keys.lock()
        stored = await keys.all()
        if not at_once and any(one.signs_at > now for one in stored):
            raise RotationInProgressError("Wait until it signs: see `signing-keys list`.")
        if not stored:
            original = context.key_secrets.original
            await keys.add(_row(context, TokenKey(original.public_key(), original), original))
        await keys.remove_retired(now)
        await keys.retire_all(now if at_once else signs_at + VERIFIED_AFTER_SIGNING)
        await keys.add(_row(context, key, new))
    return key


def _row(context: ProcessContext, key: TokenKey, private: Ed25519PrivateKey) -> SigningKey:
    return SigningKey(
        kid=key.kid,
        public_key=key.public.public_bytes_raw(),
        private_key=context.key_secrets.encrypt(private),
        published_at=key.published_at,
        signs_at=key.signs_at,
        retires_at=key.retires_at,
    )

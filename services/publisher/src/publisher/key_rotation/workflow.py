"""Encrypts every stored profile key with the newest secret, so that an old one can be removed."""

from dataclasses import dataclass, field
from uuid import UUID

from common.messaging import outbox

from publisher.clients.ayrshare.errors import ProfileKeyUnreadableError
from publisher.factory import ProcessContext
from publisher.key_rotation import events
from publisher.key_rotation.repository import ProfileKeyRepository

_BATCH = 500


@dataclass
class RotationResult:
    renewed: int = 0
    current: int = 0
    """Encrypted with the newest secret already."""
    unreadable: list[str] = field(default_factory=list)
    """Accounts whose key no secret can decrypt."""


async def reencrypt_profile_keys(context: ProcessContext) -> RotationResult:
    """Go through all profiles, each in its own transaction. A repeated run does what is left."""
    result, last = RotationResult(), None
    while True:
        async with context.database.cross_account.transaction() as session:
            batch = await ProfileKeyRepository(session).profiles_after(last, _BATCH)
        for profile_id, account_id in batch:
            await _reencrypt(context, profile_id, account_id, result)
        if len(batch) < _BATCH:
            return result
        last = batch[-1][0]


async def _reencrypt(context: ProcessContext, profile_id: UUID, account_id: UUID, result: RotationResult) -> None:
    async with context.database.transaction(account_id) as session:
        profile = await ProfileKeyRepository(session).lock(profile_id)
        if profile is None or profile.profile_key is None:
            return
        try:
            renewed = context.profile_keys.renewed(profile.profile_key)
        except ProfileKeyUnreadableError:
            result.unreadable.append(str(account_id))
            return
        if renewed is None:
            result.current += 1
            return
        profile.profile_key = renewed
        await outbox.add(session, events.key_reencrypted(profile, context.clock.now()))
        result.renewed += 1

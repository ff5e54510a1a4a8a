"""Devices from which a user has signed in.

A device token opens nothing. It only shows that its holder has known the password once, so that the limits that guesses
of strangers fill do not apply to it (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
"""

from uuid import UUID

from common.clock import Clock
from common.database import account_of, set_account
from common.ids import new_id

from identity.devices.repository import DeviceRepository
from identity.devices.rules import DEVICE_LIFETIME, MAX_DEVICES
from identity.models import Device, User
from identity.tokens.service import hash_of, new_secret


class DeviceService:
    def __init__(self, devices: DeviceRepository, clock: Clock) -> None:
        self._devices = devices
        self._clock = clock

    async def find(self, token: str | None, owner: tuple[UUID, UUID] | None) -> Device | None:
        """Return the device of a token if it belongs to `owner` (account and user id).

        The transaction has no account yet, or the owner's.
        """
        found = None if token is None else await self._devices.find(hash_of(token))
        if found is None or owner is None or found[0] != owner[0]:
            return None
        if account_of(self._devices.session) is None:
            await set_account(self._devices.session, owner[0])
        device = await self._devices.get(found[1])
        known = device is not None and device.user_id == owner[1] and device.expires_at > self._clock.now()
        return device if known else None

    async def remember(self, user: User, token: str | None = None) -> str:
        """Return the token to send with the next sign-in: the device's own, or that of a new device."""
        now = self._clock.now()
        device = await self.find(token, (user.account_id, user.id))
        if device is None or token is None:
            token = new_secret("device")
            device = Device(
                id=new_id(), account_id=user.account_id, user_id=user.id, token_hash=hash_of(token), created_at=now
            )
            self._devices.add(device)
        device.last_used_at, device.expires_at = now, now + DEVICE_LIFETIME
        await self._devices.session.flush()
        superfluous = await self._devices.beyond(user.id, MAX_DEVICES)
        if superfluous:
            await self._devices.remove(superfluous)
        return token

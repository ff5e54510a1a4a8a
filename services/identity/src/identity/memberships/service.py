from uuid import UUID

from common.auth import Principal, Role
from common.clock import Clock
from common.messaging import outbox

from identity.accounts.repository import AccountRepository
from identity.audit.service import AuditLog
from identity.invitations.repository import InvitationRepository
from identity.memberships.errors import LastOwnerError
from identity.memberships.events import user_changed
from identity.models import User
from identity.sessions.service import SessionService
from identity.users.errors import UserNotFoundError
from identity.users.repository import UserRepository
from identity.users.rules import require_authority


class MembershipService:
    """A user's role in the account, and whether the user is active."""

    def __init__(
        self,
        users: UserRepository,
        accounts: AccountRepository,
        invitations: InvitationRepository,
        sessions: SessionService,
        audit: AuditLog,
        clock: Clock,
    ) -> None:
        self._users = users
        self._accounts = accounts
        self._invitations = invitations
        self._sessions = sessions
        self._audit = audit
        self._clock = clock

    async def change(self, principal: Principal, user_id: UUID, *, role: Role | None, active: bool | None) -> User:
        """Change role or activation. Any change ends the user's sessions and withdraws the user's open invitations.

        Raises `UserNotFoundError`, `OwnerOnlyError` and `LastOwnerError`.
        """
        # Serialise these changes within an account, or two owners could demote each other concurrently.
        await self._accounts.lock(principal.account_id)
        await self._sessions.require_live(principal)
        user = await self._users.lock(user_id)
        if user is None:
            raise UserNotFoundError(f"The account has no user {user_id}.")
        role = Role(user.role) if role is None else role
        active = user.active if active is None else active
        if (role, active) == (user.role, user.active):
            return user
        await self._check_ownership(principal, user, role, active=active)
        before = {"role": user.role, "active": user.active}
        user.role, user.active = role.value, active
        user.revision += 1
        await self._users.session.flush()
        await outbox.add(self._users.session, user_changed(user, self._clock.now()))
        await self._invitations.remove_open_from(user.id)
        await self._sessions.end_all_of(user.id, "role_changed" if active else "deactivated", by=principal.user_id)
        await self._audit.append(
            user.account_id,
            _event_type(before["active"], active=active),
            entity=("user", user.id),
            user_id=principal.user_id,
            facts={"from": before, "to": {"role": user.role, "active": user.active}},
        )
        return user

    async def _check_ownership(self, principal: Principal, user: User, role: Role, *, active: bool) -> None:
        require_authority(principal, user.role, role, to="grant or remove the role OWNER, or deactivate an owner")
        loses_owner = user.role == Role.OWNER and user.active and not (role is Role.OWNER and active)
        if loses_owner and await self._users.active_owners() == 1:
            raise LastOwnerError("Make another user an owner first.")


def _event_type(was_active: object, *, active: bool) -> str:
    if was_active and not active:
        return "USER_DEACTIVATED"
    return "USER_ROLE_CHANGED" if was_active else "USER_REACTIVATED"

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

from common.auth import Principal, Role
from common.clock import Clock
from common.database import set_account
from common.ids import new_id

from identity.accounts.repository import AccountRepository
from identity.audit.service import AuditLog
from identity.invitations.errors import AlreadyMemberError, InvitationInvalidError, InvitationNotFoundError
from identity.invitations.repository import InvitationRepository
from identity.models import Invitation, User
from identity.sessions.service import SessionService
from identity.tokens.service import hash_of, new_secret
from identity.users.errors import EmailTakenError
from identity.users.repository import UserRepository
from identity.users.rules import require_authority


class InvitationService:
    def __init__(
        self,
        invitations: InvitationRepository,
        users: UserRepository,
        accounts: AccountRepository,
        sessions: SessionService,
        audit: AuditLog,
        clock: Clock,
        lifetime: timedelta,
    ) -> None:
        self._invitations = invitations
        self._users = users
        self._accounts = accounts
        self._sessions = sessions
        self._audit = audit
        self._clock = clock
        self._lifetime = lifetime

    async def invite(self, principal: Principal, email: str, role: Role) -> tuple[Invitation, str]:
        """Return the invitation and its token, which is not stored. Earlier invitations of the address are withdrawn.

        This does not reveal whether the address has a user in another account; in that case accepting fails.
        Raises `OwnerOnlyError` and `AlreadyMemberError`.
        """
        await self._begin(principal)
        require_authority(principal, role, to="invite owners")
        if await self._users.by_email(email) is not None:
            raise AlreadyMemberError("If the user is deactivated, reactivate the user instead.")
        now = self._clock.now()
        for earlier in await self._invitations.lock_unaccepted_for(email):
            if earlier.expires_at > now:
                await self._withdraw(principal, earlier)
            else:
                await self._invitations.delete(earlier)
        token = new_secret("invitation")
        invitation = self._invitations.add(
            Invitation(
                id=new_id(),
                account_id=principal.account_id,
                email=email,
                role=role.value,
                token_hash=hash_of(token),
                invited_by=principal.user_id,
                created_at=now,
                expires_at=now + self._lifetime,
            )
        )
        await self._invitations.session.flush()
        await self._audit_entry(invitation, "USER_INVITED", principal.user_id)
        return invitation, token

    async def open(self) -> Sequence[Invitation]:
        return await self._invitations.open(self._clock.now())

    async def withdraw(self, principal: Principal, invitation_id: UUID) -> None:
        await self._begin(principal)
        invitation = await self._invitations.lock(invitation_id)
        if invitation is None or invitation.accepted_at is not None:
            raise InvitationNotFoundError(
                f"The invitation {invitation_id} does not exist, or it was accepted or withdrawn."
            )
        await self._withdraw(principal, invitation)

    async def _begin(self, principal: Principal) -> None:
        """Serialise with changes of users, and check again that the caller's role is the one of the token.

        Otherwise an invitation could be created while its inviter is demoted, and survive that.
        """
        await self._accounts.lock(principal.account_id)
        await self._sessions.require_live(principal)

    async def _withdraw(self, principal: Principal, invitation: Invitation) -> None:
        require_authority(principal, invitation.role, to="withdraw or replace the invitation of an owner")
        await self._invitations.delete(invitation)
        await self._audit_entry(invitation, "INVITATION_WITHDRAWN", principal.user_id)

    async def require_acceptable(self, token: str) -> Invitation:
        """Return the invitation of a token that `accept` would take. A few queries: nothing else is done for strangers.

        Raises `InvitationInvalidError` and `EmailTakenError`.
        """
        invitation = await self._of_token(token, self._invitations.get)
        if await self._users.find(invitation.email) is not None:
            raise EmailTakenError("Sign in instead, or ask for an invitation of another address.")
        return invitation

    async def accept(self, token: str, password_hash: str) -> User:
        """Add the invited person as a user of the account. Raises `InvitationInvalidError` and `EmailTakenError`."""
        invitation = await self._of_token(token, self._invitations.lock)
        account_id, now = invitation.account_id, self._clock.now()
        user = await self._users.insert(
            User(
                id=new_id(),
                account_id=account_id,
                email=invitation.email,
                password_hash=password_hash,
                role=invitation.role,
                active=True,
            )
        )
        invitation.accepted_at = now
        await self._audit.append(
            account_id,
            "USER_JOINED",
            entity=("user", user.id),
            user_id=user.id,
            facts={"role": user.role, "invitation_id": str(invitation.id), "invited_by": str(invitation.invited_by)},
        )
        return user

    async def _of_token(self, token: str, read: Callable[[UUID], Awaitable[Invitation | None]]) -> Invitation:
        """Return the open invitation. Every other token gets the same answer, whether it was ever issued or not."""
        found = await self._invitations.find(hash_of(token))
        if found is not None:
            account_id, invitation_id = found
            await set_account(self._invitations.session, account_id)
            invitation = await read(invitation_id)
            if invitation is not None and invitation.accepted_at is None and invitation.expires_at > self._clock.now():
                return invitation
        raise InvitationInvalidError("It was used or withdrawn, or it has expired. Ask for a new invitation.")

    async def _audit_entry(self, invitation: Invitation, event_type: str, user_id: UUID) -> None:
        await self._audit.append(
            invitation.account_id,
            event_type,
            entity=("invitation", invitation.id),
            user_id=user_id,
            facts={"email": invitation.email, "role": invitation.role},
        )

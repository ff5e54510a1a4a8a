from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from common.auth import Permission, Principal, Role
from common.clock import Clock
from common.database import set_account
from common.ids import new_id

from identity.audit.service import AuditLog
from identity.invitations.errors import AlreadyMemberError, InvitationInvalidError, InvitationNotFoundError
from identity.invitations.repository import InvitationRepository
from identity.models import Invitation, User
from identity.tokens.service import hash_of, new_secret
from identity.users.errors import OwnerOnlyError
from identity.users.repository import UserRepository


class InvitationService:
    def __init__(
        self,
        invitations: InvitationRepository,
        users: UserRepository,
        audit: AuditLog,
        clock: Clock,
        lifetime: timedelta,
    ) -> None:
        self._invitations = invitations
        self._users = users
        self._audit = audit
        self._clock = clock
        self._lifetime = lifetime

    async def invite(self, principal: Principal, email: str, role: Role) -> tuple[Invitation, str]:
        """Return the invitation and its token, which is not stored. Earlier invitations of the address are removed.

        This does not reveal whether the address has a user in another account; in that case accepting fails.
        Raises `OwnerOnlyError` and `AlreadyMemberError`.
        """
        if role is Role.OWNER and not principal.may(Permission.OWNER_MANAGE):
            raise OwnerOnlyError("Only owners can invite owners.")
        if await self._users.by_email(email) is not None:
            raise AlreadyMemberError("If the user is deactivated, reactivate the user instead.")
        await self._invitations.remove_open_for(email)
        now = self._clock.now()
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
        invitation = await self._invitations.lock(invitation_id)
        if invitation is None or invitation.accepted_at is not None:
            raise InvitationNotFoundError(
                f"The invitation {invitation_id} does not exist, or it was accepted or withdrawn."
            )
        if invitation.role == Role.OWNER and not principal.may(Permission.OWNER_MANAGE):
            raise OwnerOnlyError("Only owners can withdraw the invitation of an owner.")
        await self._invitations.delete(invitation)
        await self._audit_entry(invitation, "INVITATION_WITHDRAWN", principal.user_id)

    async def accept(self, token: str, password_hash: str) -> User:
        """Add the invited person as a user of the account. Raises `InvitationInvalidError` and `EmailTakenError`."""
        found = await self._invitations.find(hash_of(token))
        if found is None:
            raise InvitationInvalidError("Ask for a new invitation.")
        account_id, invitation_id = found
        await set_account(self._invitations.session, account_id)
        invitation = await self._invitations.lock(invitation_id)
        now = self._clock.now()
        if invitation is None or invitation.accepted_at is not None or invitation.expires_at <= now:
            raise InvitationInvalidError("It was used or withdrawn, or it has expired. Ask for a new invitation.")
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

    async def _audit_entry(self, invitation: Invitation, event_type: str, user_id: UUID) -> None:
        await self._audit.append(
            invitation.account_id,
            event_type,
            entity=("invitation", invitation.id),
            user_id=user_id,
            facts={"email": invitation.email, "role": invitation.role},
        )

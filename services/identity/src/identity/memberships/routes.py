from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Router, raises, requires
from fastapi import Depends

from identity.dependencies import FactoryDep, live_session
from identity.memberships.errors import LastOwnerError
from identity.memberships.schemas import UserPatch
from identity.users.errors import OwnerOnlyError, UserNotFoundError
from identity.users.schemas import UserOut

router = Router(prefix="/api/users", tags=["Users"], dependencies=[Depends(live_session)])


@router.patch("/{user_id}", dependencies=[raises(UserNotFoundError, OwnerOnlyError, LastOwnerError)])
async def change_user(
    factory: FactoryDep,
    user_id: UUID,
    body: UserPatch,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
) -> UserOut:
    """Change a user's role, or deactivate or reactivate a user. The user's sessions end. An account keeps an owner."""
    user = await factory.memberships().change(principal, user_id, role=body.role, active=body.active)
    return UserOut.model_validate(user)

from typing import Annotated
from uuid import UUID

from common.auth import Permission, Principal
from common.http import Router, raises, requires
from fastapi import Depends, Path

from identity.dependencies import FactoryDep, live_session
from identity.memberships.errors import LastOwnerError
from identity.memberships.schemas import UserPatch
from identity.users.errors import OwnerOnlyError, UserNotFoundError
from identity.users.schemas import UserOut

router = Router(prefix="/api/users", tags=["Users"], dependencies=[Depends(live_session)])


@router.patch(
    "/{user_id}",
    summary="Change a user",
    dependencies=[raises(UserNotFoundError, OwnerOnlyError, LastOwnerError)],
)
async def change_user(
    factory: FactoryDep,
    user_id: Annotated[UUID, Path(description="Id of the user.")],
    body: UserPatch,
    principal: Annotated[Principal, requires(Permission.USER_MANAGE)],
) -> UserOut:
    """Change a user's role, or deactivate or reactivate the user.

    The user's sessions end. The last owner cannot be demoted or deactivated.
    """
    user = await factory.memberships().change(principal, user_id, role=body.role, active=body.active)
    return UserOut.model_validate(user)

from uuid import UUID

from common.auth import Permission
from common.http import Page, PageQuery, Router, raises, requires
from fastapi import Depends

from identity.dependencies import FactoryDep, live_session
from identity.users.schemas import UserOut

router = Router(prefix="/api/users", tags=["Users"], dependencies=[Depends(live_session)])


@router.get("", summary="List the users", dependencies=[requires(Permission.USER_READ), raises()])
async def list_users(factory: FactoryDep, page: PageQuery) -> Page[UserOut]:
    """List the users of the account, in the order in which they joined."""
    after = page.after(UUID)
    users = await factory.users().page(after=after[0] if after else None, limit=page.fetch)
    return Page[UserOut].of(users, page, item=UserOut.model_validate, key=lambda user: (user.id,))

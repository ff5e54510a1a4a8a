from typing import Annotated

from common.auth import Permission, Principal
from common.http import Router, raises, requires
from fastapi import Depends

from identity.accounts.errors import AccountNotFoundError
from identity.accounts.schemas import AccountOut, AccountPatch
from identity.dependencies import FactoryDep, live_session

router = Router(prefix="/api/account", tags=["Account"], dependencies=[Depends(live_session)])


@router.get("", summary="Get the account", dependencies=[raises(AccountNotFoundError)])
async def get_account(
    factory: FactoryDep, principal: Annotated[Principal, requires(Permission.ACCOUNT_READ)]
) -> AccountOut:
    """Return the current account."""
    return AccountOut.model_validate(await factory.accounts().get(principal.account_id))


@router.patch("", summary="Change the account", dependencies=[raises(AccountNotFoundError)])
async def change_account(
    factory: FactoryDep, body: AccountPatch, principal: Annotated[Principal, requires(Permission.ACCOUNT_WRITE)]
) -> AccountOut:
    """Change the name, the website or the time zone of the account."""
    return AccountOut.model_validate(await factory.accounts().change(principal, body.changes()))

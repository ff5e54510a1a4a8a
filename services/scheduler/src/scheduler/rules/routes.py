from typing import Annotated

from common.auth import Permission, Principal
from common.http import Router, raises, requires

from scheduler.dependencies import FactoryDep
from scheduler.rules.errors import RuleNotFoundError, TooFewDaysError
from scheduler.rules.schemas import RuleIn, RuleOut

router = Router(prefix="/api/schedule/rule", tags=["Posting rule"])


@router.get("", dependencies=[requires(Permission.SCHEDULE_READ), raises(RuleNotFoundError)])
async def get_rule(factory: FactoryDep) -> RuleOut:
    """Return when the account posts."""
    return RuleOut.of(await factory.rules().get())


@router.put("", dependencies=[raises(TooFewDaysError)])
async def put_rule(
    wanted: RuleIn, principal: Annotated[Principal, requires(Permission.SCHEDULE_WRITE)], factory: FactoryDep
) -> RuleOut:
    """Set when the account posts. Posts that have their time keep it."""
    return RuleOut.of(await factory.rules().put(principal.account_id, wanted))

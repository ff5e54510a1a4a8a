from common.auth import Permission
from common.http import Router, raises, requires

from scheduler.dependencies import FactoryDep, Writer
from scheduler.posting_rule.errors import RuleNotFoundError, TooFewDaysError
from scheduler.posting_rule.schemas import RuleIn, RuleOut

router = Router(prefix="/api/schedule/rule", tags=["Posting rule"])


@router.get(
    "", summary="Get the posting rule", dependencies=[requires(Permission.SCHEDULE_READ), raises(RuleNotFoundError)]
)
async def get_rule(factory: FactoryDep) -> RuleOut:
    """Return the account's posting rule."""
    return RuleOut.of(await factory.posting_rule().get())


@router.put("", summary="Set the posting rule", dependencies=[raises(TooFewDaysError)])
async def put_rule(body: RuleIn, principal: Writer, factory: FactoryDep) -> RuleOut:
    """Set the posting rule. Scheduled posts keep their times."""
    return RuleOut.of(await factory.posting_rule().put(principal.account_id, body))

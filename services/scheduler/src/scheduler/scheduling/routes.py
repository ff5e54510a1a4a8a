from common.http import Router, raises
from fastapi import Response, status

from scheduler.dependencies import FactoryDep, Writer
from scheduler.items.errors import TimeInPastError, TimeTooFarError
from scheduler.items.schemas import ItemOut
from scheduler.planning.errors import AccountNotReadyError
from scheduler.planning.schemas import ALREADY_SCHEDULED
from scheduler.posting_rule.errors import RuleNotSetError
from scheduler.scheduling.schemas import ScheduledOut, ScheduleIn

router = Router(prefix="/api/schedule", tags=["Schedule"])


@router.post(
    "",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {
            "model": ScheduledOut,
            "description": "Nothing was scheduled; `refused` says why.",
            "content": {"application/json": {"example": {"created": [], "refused": [ALREADY_SCHEDULED]}}},
        }
    },
    dependencies=[raises(RuleNotSetError, AccountNotReadyError, TimeInPastError, TimeTooFarError)],
)
async def schedule(
    body: ScheduleIn,
    response: Response,
    principal: Writer,
    factory: FactoryDep,
) -> ScheduledOut:
    """Schedule a month as its plan shows, or single contents. 200 when nothing could be scheduled."""
    scheduling = factory.scheduling()
    if body.month is not None:
        result = await scheduling.schedule_month(body.month, principal)
    else:
        result = await scheduling.schedule_posts(body.items or [], principal)
    if not result.created:
        response.status_code = status.HTTP_200_OK
    return ScheduledOut(created=[ItemOut.of(item) for item in result.created], refused=result.refused)

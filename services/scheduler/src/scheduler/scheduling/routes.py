from common.http import Router, raises
from common.months import MonthOutOfRangeError
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
    summary="Schedule posts",
    status_code=status.HTTP_201_CREATED,
    responses={
        200: {
            "model": ScheduledOut,
            "description": "Nothing was scheduled; `refused` says why.",
            "content": {
                "application/json": {
                    "example": {"approved_posts": 12, "shifted": 0, "created": [], "refused": [ALREADY_SCHEDULED]}
                }
            },
        }
    },
    dependencies=[
        raises(AccountNotReadyError, RuleNotSetError, TimeInPastError, TimeTooFarError, MonthOutOfRangeError)
    ],
)
async def schedule(
    body: ScheduleIn,
    response: Response,
    principal: Writer,
    factory: FactoryDep,
) -> ScheduledOut:
    """Schedule a whole month as planned, or single content items. Each makes one schedule item per platform.

    Each is scheduled or refused on its own: 201 means that at least one was scheduled. `refused` lists the others. But
    if one `scheduled_for` is in the past or too far ahead, nothing is scheduled and the response is 422.
    """
    scheduling = factory.scheduling()
    if body.month is not None:
        result = await scheduling.schedule_month(body.month, principal)
    else:
        result = await scheduling.schedule_posts(body.items or [], principal)
    if not result.created:
        response.status_code = status.HTTP_200_OK
    return ScheduledOut(
        approved_posts=result.approved_posts,
        shifted=await factory.zone().count_shifted(),
        created=[ItemOut.of(item) for item in result.created],
        refused=result.refused,
    )

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
            "description": "Every item was refused; `refused` says why.",
            "content": {
                "application/json": {"example": {"approved_posts": 12, "created": [], "refused": [ALREADY_SCHEDULED]}}
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
    """Schedule a whole month as planned, or single content items.

    Each item succeeds or is refused separately: 201 if at least one was scheduled, 200 if none was (see `refused`).
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
        created=[ItemOut.of(item) for item in result.created],
        refused=result.refused,
    )

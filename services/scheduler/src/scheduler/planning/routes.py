from common.auth import Permission
from common.http import Router, raises, requires
from common.months import MonthOutOfRangeError
from common.zone_data import ZONE_DATA_VERSION

from scheduler.dependencies import FactoryDep
from scheduler.planning.errors import AccountNotReadyError
from scheduler.planning.schemas import PlanIn, PlannedPost, PlanOut, SuggestedRule
from scheduler.posting_rule.errors import RuleNotSetError

router = Router(prefix="/api/schedule/plan", tags=["Schedule"])


@router.post(
    "",
    summary="Plan a month (dry run)",
    dependencies=[
        requires(Permission.SCHEDULE_READ),
        raises(AccountNotReadyError, RuleNotSetError, MonthOutOfRangeError),
    ],
)
async def plan_month(body: PlanIn, factory: FactoryDep) -> PlanOut:
    """Return the time that each approved content item of a month would get, and why. Nothing is stored."""
    plan = await factory.planning().preview(body.month, body.content_ids)
    return PlanOut(
        month=body.month,
        zone=plan.zone.key,
        zone_data=ZONE_DATA_VERSION,
        shifted=await factory.zone().count_shifted(),
        approved_posts=plan.approved_posts,
        posts=[
            PlannedPost(
                content_id=entry.content.content_id,
                title=entry.content.title or "",
                platform=entry.platform,
                scheduled_for=entry.slot.at,
                why=entry.slot.explanation,
            )
            for entry in plan.entries
        ],
        problems=plan.problems,
        passed_over=plan.skipped_days,
        suggested_rule=None if plan.denser_rule is None else SuggestedRule.of(plan.denser_rule),
    )

from common.auth import Permission
from common.http import Router, requires

from scheduler.dependencies import FactoryDep
from scheduler.planning.schemas import PlanIn, PlannedPost, PlanOut

router = Router(prefix="/api/schedule/plan", tags=["Schedule"])


@router.post("", dependencies=[requires(Permission.SCHEDULE_READ)])
async def plan_month(wanted: PlanIn, factory: FactoryDep) -> PlanOut:
    """Show when each approved content of a month would go out, and why then. Writes nothing."""
    plan = await factory.planning().preview(wanted.month, wanted.content_ids)
    return PlanOut(
        month=wanted.month,
        zone=plan.zone.key,
        posts=[
            PlannedPost(
                content_id=post.content.content_id,
                title=post.content.title or "",
                platform=post.platform,
                scheduled_for=post.slot.at,
                why=post.slot.why,
            )
            for post in plan.posts
        ],
        problems=plan.problems,
        passed_over=plan.passed_over,
    )

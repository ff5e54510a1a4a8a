from common.auth import Permission
from common.http import Router, raises, requires

from content.dependencies import FactoryDep
from content.usage.rules import Kind
from content.usage.schemas import UnitUsage, UsageOut

router = Router(prefix="/api/content/usage", tags=["Usage"])


@router.get("", dependencies=[requires(Permission.CONTENT_READ), raises()], summary="Get the usage")
async def get_usage(factory: FactoryDep) -> UsageOut:
    """Return what the account may use in its current billing period, what it has used, and what is left."""
    usage = await factory.usage().current()
    units = {kind.value: UnitUsage.of(usage.balances[kind]) for kind in Kind}
    return UsageOut(
        included=usage.included,
        posts_per_month=usage.posts_per_month,
        period_starts_at=usage.starts_at,
        resets_at=usage.resets_at,
        **units,
    )

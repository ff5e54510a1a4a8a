from common.auth import Permission
from common.http import Router, raises, requires
from common.zone_data import ZONE_DATA_VERSION

from scheduler.dependencies import FactoryDep, Writer
from scheduler.items.schemas import ItemOut
from scheduler.planning.errors import AccountNotReadyError
from scheduler.zone.schemas import RealignedOut, ZoneOut

router = Router(prefix="/api/schedule/zone", tags=["Schedule"])


@router.get(
    "",
    summary="Check the schedule against the time zone",
    dependencies=[requires(Permission.SCHEDULE_READ), raises(AccountNotReadyError)],
)
async def get_zone(factory: FactoryDep) -> ZoneOut:
    """Return the account's time zone, and how many schedule items will go out at another local time than planned.

    A schedule item keeps its time in UTC when the account gets another time zone, and when a country changes the rules
    of its zone, for example abolishes daylight saving time. So a post that was planned for 09:00 may go out at 10:00.
    The usual change between winter and summer time is taken into account when a time is planned.
    """
    zone = factory.zone()
    return ZoneOut(zone=(await zone.zone()).key, zone_data=ZONE_DATA_VERSION, shifted=await zone.count_shifted())


@router.post("/realign", summary="Move posts to their planned local times", dependencies=[raises(AccountNotReadyError)])
async def realign(principal: Writer, factory: FactoryDep) -> RealignedOut:
    """Move the schedule items that `GET /api/schedule/zone` counts to the local time that was planned for them.

    That time is taken in the account's present time zone. An item for which this is not possible keeps its time and is
    in `stays`.
    """
    result = await factory.zone().realign(principal)
    return RealignedOut(moved=[ItemOut.of(item) for item in result.moved], stays=result.stays)

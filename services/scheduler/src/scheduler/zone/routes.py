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
    summary="Compare the schedule with the time zone",
    dependencies=[requires(Permission.SCHEDULE_READ), raises(AccountNotReadyError)],
)
async def get_zone(factory: FactoryDep) -> ZoneOut:
    """Return the account's time zone, and how many waiting posts go out at another local time than planned.

    Scheduled posts keep their instants when the account's zone is corrected, and when the rules of a zone change.
    """
    zone = factory.zone()
    return ZoneOut(zone=(await zone.zone()).key, zone_data=ZONE_DATA_VERSION, shifted=await zone.count_shifted())


@router.post("/realign", summary="Move posts to their planned local times", dependencies=[raises(AccountNotReadyError)])
async def realign(principal: Writer, factory: FactoryDep) -> RealignedOut:
    """Move each waiting post to the local time that was planned for it, in the account's present time zone.

    A post whose planned time has passed or is taken stays, as one does that is held back; `stays` says why.
    """
    result = await factory.zone().realign(principal)
    return RealignedOut(moved=[ItemOut.of(item) for item in result.moved], stays=result.stays)

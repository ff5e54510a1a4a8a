from common.auth import Permission
from common.http import Router, raises, requires

from scheduler.dependencies import FactoryDep, Writer
from scheduler.pauses.schemas import PauseChangedOut, PauseIn, PausesOut

router = Router(prefix="/api/schedule", tags=["Schedule"])


@router.get("/pause", summary="Get the pauses", dependencies=[requires(Permission.SCHEDULE_READ), raises()])
async def get_pauses(factory: FactoryDep) -> PausesOut:
    """Return the pauses that apply to all posts of the account."""
    return PausesOut.of(await factory.pauses().current())


@router.post("/pause", summary="Pause the account", dependencies=[raises()])
async def pause_account(principal: Writer, factory: FactoryDep, body: PauseIn | None = None) -> PauseChangedOut:
    """Pause the account: hold back all its posts, including those scheduled meanwhile.

    Posts that are already being published are not stopped.
    """
    reason = None if body is None else body.reason
    return PauseChangedOut.after(*await factory.pauses().pause(reason, principal))


@router.post("/resume", summary="Resume the account", dependencies=[raises()])
async def resume_account(principal: Writer, factory: FactoryDep) -> PauseChangedOut:
    """Resume the account.

    Posts whose time has passed become MISSED. Posts that are held back for another reason stay PARKED.
    """
    return PauseChangedOut.after(*await factory.pauses().resume(principal))

from common.auth import Permission
from common.http import Router, raises, requires

from scheduler.dependencies import FactoryDep, Writer
from scheduler.pauses.schemas import PauseChangedOut, PauseIn, PausesOut

router = Router(prefix="/api/schedule", tags=["Schedule"])


@router.get("/pause", summary="Get the pauses", dependencies=[requires(Permission.SCHEDULE_READ), raises()])
async def get_pauses(factory: FactoryDep) -> PausesOut:
    """Return the pauses that hold back all schedule items of the account: its own, and the operator's."""
    return PausesOut.of(await factory.pauses().current())


@router.post("/pause", summary="Pause publishing", dependencies=[raises()])
async def pause_account(principal: Writer, factory: FactoryDep, body: PauseIn | None = None) -> PauseChangedOut:
    """Hold back all schedule items of the account, also those that are created while the pause lasts.

    They become PARKED. Items that are already being published are not stopped.
    """
    reason = None if body is None else body.reason
    return PauseChangedOut.after(*await factory.pauses().pause(reason, principal))


@router.post("/resume", summary="Resume publishing", dependencies=[raises()])
async def resume_account(principal: Writer, factory: FactoryDep) -> PauseChangedOut:
    """End the account's pause. Its items become QUEUED again.

    Items whose time has passed become MISSED instead, and items that are held back for another reason stay PARKED.
    """
    return PauseChangedOut.after(*await factory.pauses().resume(principal))

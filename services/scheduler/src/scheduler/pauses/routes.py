from common.auth import Permission
from common.http import Router, raises, requires

from scheduler.dependencies import FactoryDep, Writer
from scheduler.pauses.schemas import PauseChangedOut, PauseIn, PausesOut

router = Router(prefix="/api/schedule", tags=["Schedule"])


@router.get("/pause", dependencies=[requires(Permission.SCHEDULE_READ), raises()])
async def get_pauses(factory: FactoryDep) -> PausesOut:
    """Return the pauses that hold back all posts of the account."""
    return PausesOut.of(await factory.pauses().current())


@router.post("/pause", dependencies=[raises()])
async def pause_account(principal: Writer, factory: FactoryDep, body: PauseIn | None = None) -> PauseChangedOut:
    """Hold back every post of the account, including new ones. A post that was handed over goes out."""
    reason = None if body is None else body.reason
    return PauseChangedOut.after(*await factory.pauses().pause(reason, principal))


@router.post("/resume", dependencies=[raises()])
async def resume_account(principal: Writer, factory: FactoryDep) -> PauseChangedOut:
    """End the account's pause. Posts past their time are MISSED; posts that something else holds back stay PARKED."""
    return PauseChangedOut.after(*await factory.pauses().resume(principal))

from typing import Annotated

from common.auth import Permission, Principal
from common.http import Router, requires

from scheduler.dependencies import FactoryDep
from scheduler.pauses.schemas import PauseChangedOut, PauseIn, PausesOut

router = Router(prefix="/api/schedule", tags=["Schedule"])

Writer = Annotated[Principal, requires(Permission.SCHEDULE_WRITE)]


@router.get("/pause", dependencies=[requires(Permission.SCHEDULE_READ)])
async def get_pauses(factory: FactoryDep) -> PausesOut:
    """Tell whether all posts of the account are held back, and by whom."""
    return PausesOut.of(await factory.pauses().current())


@router.post("/pause")
async def pause_account(principal: Writer, factory: FactoryDep, wanted: PauseIn | None = None) -> PauseChangedOut:
    """Hold back every post of the account, those too that will be scheduled. What is on its way goes out."""
    reason = None if wanted is None else wanted.reason
    return PauseChangedOut.after(*await factory.pauses().pause(reason, principal))


@router.post("/resume")
async def resume_account(principal: Writer, factory: FactoryDep) -> PauseChangedOut:
    """Let posts go out again. Those whose times went by are missed; what something else holds stays parked."""
    return PauseChangedOut.after(*await factory.pauses().resume(principal))

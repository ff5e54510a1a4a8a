"""The properties: of every state, of every step, and of states without a next step."""

from publisher.protocol.states import SETTLED, Status

from .explorer import Explored, Explorer
from .steps import Protocol
from .world import DUE_AGAIN, NOBODY, At, Row, State, World, replace

SURFACED = SETTLED | {Status.UNKNOWN}
_EVENTS = {Status.PUBLISHED: "PostPublished", Status.FAILED: "PostFailed", Status.UNKNOWN: "PostOutcomeUnknown"}


def explore(protocol: Protocol, *, only_effects: bool = False) -> Explored:
    """Explore every state. ``only_effects``: check for a second effect alone."""
    world = protocol.world
    careful = not only_effects

    def broken(state: State) -> str | None:
        if state.effects > 1:
            return "TWO EFFECTS"
        return _broken(state, world) if careful else None

    explorer = Explorer(
        protocol.successors,
        broken=broken,
        broken_step=_left_published if careful else _nothing,
        broken_end=_silent_end if careful else _nothing,
        good=lambda state: only_effects or (state.row is not None and state.row.status in SURFACED),
        canonical=canonical,
    )
    return explorer.explore(protocol.start())


def canonical(state: State) -> State:
    """Drop what no step can read any more, and the order of the replicas."""
    row = state.row
    if row is not None and row.status is Status.PUBLISHED:
        row = replace(row, attempt=1, next_attempt=1, key_used=False, uncertain=False, repeated=False)
        state = replace(state, row=row)
    if len(state.runs) == 1:
        return state
    places = [_place(state, number) for number in range(len(state.runs))]
    order = tuple(sorted(range(len(places)), key=places.__getitem__))
    return _renamed(state, order)


def _renamed(state: State, order: tuple[int, ...]) -> State:
    if order == tuple(range(len(order))):
        return state
    new = {old: number for number, old in enumerate(order)}
    row = state.row
    if row is not None and row.lease >= 0:
        row = replace(row, lease=new[row.lease])
    calls = tuple(replace(call, caller=new.get(call.caller, NOBODY)) for call in state.calls)
    return replace(state, row=row, calls=calls, runs=tuple(state.runs[old] for old in order))


def _place(state: State, number: int) -> tuple[object, ...]:
    """Return all that distinguishes a run from the others."""
    run = state.runs[number]
    if run.at is At.IDLE:
        return (0,)
    waits = tuple(call.caller == number for call in state.calls)
    holds = state.row is not None and state.row.lease == number
    return run.at, run.key, str(run.result), run.stale, run.settled, holds, waits


def _nothing(*_: object) -> None:
    return None


def _broken(state: State, world: World) -> str | None:
    if state.flaw:
        return state.flaw
    row = state.row
    if row is None:
        return None
    if (row.status is Status.SENDING) != row.call_open:
        return "an attempt that never ended" if row.call_open else "`sending` without the row of its attempt"
    if row.emitted != _EVENTS.get(row.status, ""):
        return f"{row.status} with {row.emitted or 'no event'}"
    if world.assumption and not world.careless:
        return _untrue(row, state.effects) or _lost(state, row, world)
    return _lost(state, row, world)


def _untrue(row: Row, effects: int) -> str | None:
    if row.status in {Status.FAILED, Status.CANCELLED} and effects:
        return f"{row.status}, and it is LIVE"
    return "published, and nothing is live" if row.status is Status.PUBLISHED and not effects else None


def _lost(state: State, row: Row, world: World) -> str | None:
    """The scheduler's last event made the post due, and the publisher stopped without an outcome event."""
    rests = not state.waiting and all(run.at is At.IDLE for run in state.runs)
    if row.status is Status.CANCELLED and rests and DUE_AGAIN in world.messages:
        return "LOST: cancelled without an event although the schedule item came due again"
    return None


def _left_published(before: State, after: State) -> str | None:
    if before.row is None or before.row.status is not Status.PUBLISHED:
        return None
    return None if after.row is not None and after.row.status is Status.PUBLISHED else "published was left"


def _silent_end(state: State) -> str | None:
    surfaced = state.row is not None and state.row.status in SURFACED
    return None if surfaced else "an end without a reason"

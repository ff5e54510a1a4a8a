"""The provider: a call may take effect at any time after it left, be refused or be lost, with or without an answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.protocol.states import Cause

from .world import NOBODY, At, Call, Entry, Finding, Kept, Run, State, World, replace

Step = tuple[str, State]

_FOUND: dict[Entry, tuple[Cause | Finding, str]] = {
    Entry.NONE: (Finding.ABSENT, "it is not there"),
    Entry.UNDER_WAY: (Finding.NOTHING, "it is still under way"),
    Entry.LIVE: (Cause.ACCEPTED, "it is live"),
    Entry.ELSEWHERE: (Cause.MISPLACED, "it is on another account"),
    Entry.REJECTED: (Cause.REJECTED, "it was rejected"),
    Entry.FOR_NOW: (Cause.REJECTED_FOR_NOW, "it was rejected for now"),
}


@dataclass(frozen=True)
class Provider:
    world: World

    def steps(self, state: State) -> Iterator[Step]:
        for number, call in enumerate(state.calls):
            rest = replace(state, calls=(*state.calls[:number], *state.calls[number + 1 :]))
            yield from self._finish(rest, call) if call.under_way else self._land(rest, call)
        for key, kept in enumerate(state.keys, 1):
            if not kept.shown:
                yield f"the history shows key {key}", _keep(state, key, replace(kept, shown=True))

    def look(self, state: State, key: int) -> Iterator[tuple[Cause | Finding, str]]:
        yield Finding.NOTHING, "it can't be read, or does not reach back far enough"
        kept = state.keys[key - 1]
        yield _FOUND[kept.entry if kept.shown else Entry.NONE]

    def _land(self, rest: State, call: Call) -> Iterator[Step]:
        kept, where = rest.keys[call.key - 1], f"(key {call.key})"
        yield f"the call is lost on its way {where}", rest
        if self.world.protection and kept.used:
            yield f"the provider refuses the used key {where}", _answer(rest, call, Cause.DUPLICATE)
            return
        live = replace(_kept(rest, call, Entry.LIVE), effects=rest.effects + 1)
        yield f"the provider takes the post {where}: it is LIVE", _answer(live, call, Cause.ACCEPTED)
        if self.world.relinked:
            stray = _answer(_kept(rest, call, Entry.ELSEWHERE), call, Cause.MISPLACED)
            yield f"the provider takes the post {where}: it is live on ANOTHER account", stray
        working = _kept(rest, call, Entry.UNDER_WAY)
        pending = tuple(sorted((*rest.calls, Call(call.key, NOBODY, under_way=True)), key=repr))
        words = f"the provider takes the post {where} and works on it"
        yield words, _answer(replace(working, calls=pending), call, Cause.UNCLEAR)
        words = f"the provider rejects the post {where}"
        yield f"{words}, for good", _answer(_kept(rest, call, Entry.REJECTED), call, Cause.REJECTED)
        yield f"{words}, for now", _answer(_kept(rest, call, Entry.FOR_NOW), call, Cause.REJECTED_FOR_NOW)
        if call.caller != NOBODY:
            # refused immediately: nothing is kept, and the key is still free
            yield f"{words} at the door, for good", _answer(rest, call, Cause.REJECTED)
            yield f"{words} at the door, for now", _answer(rest, call, Cause.REJECTED_FOR_NOW)
            yield f"the provider says it has such a post already {where}", _answer(rest, call, Cause.DUPLICATE)

    def _finish(self, rest: State, call: Call) -> Iterator[Step]:
        where = f"(key {call.key})"
        live = replace(_kept(rest, call, Entry.LIVE), effects=rest.effects + 1)
        yield f"the provider finishes the post {where}: it is LIVE", live
        if self.world.relinked:
            stray = _kept(rest, call, Entry.ELSEWHERE)
            yield f"the provider finishes the post {where}: it is live on ANOTHER account", stray
        if rest.keys[call.key - 1].entry is Entry.UNDER_WAY:
            rejected = replace(rest.keys[call.key - 1], entry=Entry.REJECTED)
            yield f"the provider ends its work on the post {where}: rejected", _keep(rest, call.key, rejected)


def _keep(state: State, key: int, kept: Kept) -> State:
    return replace(state, keys=(*state.keys[: key - 1], kept, *state.keys[key:]))


def _kept(state: State, call: Call, entry: Entry) -> State:
    """Record the entry; a new one appears in the history later."""
    former = state.keys[call.key - 1]
    finished = call.under_way and former.shown
    return _keep(state, call.key, Kept(max(former.entry, entry), used=True, shown=finished))


def _answer(state: State, call: Call, cause: Cause) -> State:
    """Return the answer to the caller, if it still waits."""
    if call.caller == NOBODY:
        return state
    run = Run(At.ANSWERED, call.key, cause)
    return replace(state, runs=(*state.runs[: call.caller], run, *state.runs[call.caller + 1 :]))

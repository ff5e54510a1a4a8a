"""What is explored: worlds in which all must hold, worlds beyond the assumption, protocols with one piece taken out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from publisher.protocol.states import TABLE, Cause, Key, Status, Transition

from .world import CANCELLED, DUE, DUE_AGAIN, SCHEDULED, SCHEDULED_AGAIN, WITHDRAWN, Rules, World

_TAKEN_BACK = frozenset({SCHEDULED, DUE, CANCELLED, WITHDRAWN})
_RELEASED = frozenset({SCHEDULED, DUE, CANCELLED, SCHEDULED_AGAIN, DUE_AGAIN})
_EVERYTHING = _RELEASED | {WITHDRAWN}
_BARE = World(protection=False, calls=2)

WORLDS: Mapping[str, World] = {
    "two replicas, only our fence": _BARE,
    "one replica, three calls, the provider refuses used keys": World(replicas=1),
    "taken back or refused by a check, only our fence": replace(_BARE, replicas=1, messages=_TAKEN_BACK),
    "parked and released, only our fence": replace(_BARE, replicas=1, keys=1, messages=_RELEASED),
    "moved, only our fence": replace(_BARE, replicas=1, keys=1, messages=_RELEASED, moved=True),
    "another Page is linked at any moment, only our fence": replace(
        _BARE, replicas=1, relinked=True, messages=_RELEASED - {CANCELLED}
    ),
    "taken back, every message again at any time": replace(_BARE, replicas=1, messages=_TAKEN_BACK, inbox=False),
}

DEEP: Mapping[str, World] = {
    "two replicas, two calls": World(calls=2),
    "two replicas, three calls": World(),
    "two replicas, three calls, only our fence": World(protection=False),
    "two replicas, taken back or refused, only our fence": replace(_BARE, messages=_TAKEN_BACK),
    "two replicas, parked and released, only our fence": replace(_BARE, messages=_RELEASED, keys=1),
    "two replicas, moved": World(calls=2, messages=_RELEASED, keys=1, moved=True),
    "two replicas, another Page is linked at any moment": World(calls=2, relinked=True),
    "everything that the bus may bring, three calls, three keys": World(replicas=1, keys=3, messages=_EVERYTHING),
    "the same, moved, only our fence": World(replicas=1, keys=3, messages=_EVERYTHING, moved=True, protection=False),
    "the same, every message again at any time": World(replicas=1, messages=_EVERYTHING, moved=True, inbox=False),
}

LATE = World(assumption=False, replaces_key=False)
"""A call may land after any settling time; nobody gives a refused key up."""

STILL_ONE: Mapping[str, World] = {
    "late calls, the provider refuses used keys": replace(LATE, replicas=1),
    "a careless person, the provider refuses used keys": World(careless=True, replaces_key=False, replicas=1),
}

DEEP_STILL_ONE: Mapping[str, World] = {
    "late calls, two replicas": LATE,
    "late calls, parked and released": replace(LATE, replicas=1, calls=2, messages=_RELEASED),
}

MAY_BE_TWO: Mapping[str, World] = {
    "late calls, only our fence": replace(_BARE, assumption=False),
    "a careless person, only our fence": replace(_BARE, careless=True),
    "late calls, a person gives a refused key up": World(assumption=False, replicas=1),
}
"""The documented limits: what it takes for a second post."""


@dataclass(frozen=True)
class Mutant:
    rules: Rules
    finds: str
    world: World = _BARE
    only_effects: bool = True


def _table(cause: Cause, *sources: Status, target: Status | None = None, key: Key | None = None) -> Rules:
    changed: dict[tuple[Status, Cause], Transition] = dict(TABLE)
    for source in sources:
        step = TABLE[source, cause]
        changed[source, cause] = replace(step, target=target or step.target, key=key or step.key)
    return Rules(table=changed)


_TWO = "TWO EFFECTS"

MUTANTS: Mapping[str, Mutant] = {
    "no fence: the call leaves before `sending` is committed": Mutant(Rules(fence=False), _TWO),
    "an unknown outcome is sent again blindly": Mutant(
        _table(Cause.UNCLEAR, Status.SENDING, target=Status.PENDING), _TWO
    ),
    "no settling time before absence counts": Mutant(Rules(settling=False), _TWO),
    "whoever lost its lease records all the same": Mutant(Rules(lease_checked=False), _TWO, World(protection=False)),
    "a stalled process calls when it wakes": Mutant(Rules(stall_checked=False), _TWO),
    "where a post has appeared is not looked at": Mutant(
        Rules(place=False), "published, and nothing is live", replace(_BARE, replicas=1, relinked=True), False
    ),
    "no checks": Mutant(
        Rules(checks=False),
        "a post that was known to be taken back",
        WORLDS["taken back or refused by a check, only our fence"],
        False,
    ),
    "a look counts as of its recording, and one is enough": Mutant(Rules(lookups_dated=False, absent_lookups=1), _TWO),
    "the key takes_next_key after any rejection": Mutant(
        _table(Cause.REJECTED_FOR_NOW, Status.SENDING, key=Key.NEXT), _TWO, replace(LATE, replicas=1)
    ),
    "the key takes_next_key when the item comes due anew": Mutant(
        _table(Cause.DUE_AGAIN, Status.FAILED, Status.CANCELLED, key=Key.NEXT),
        "a new key",
        replace(_BARE, replicas=1, messages=frozenset({DUE, SCHEDULED_AGAIN, DUE_AGAIN})),
        False,
    ),
    "shown as unknown while the last call may travel": Mutant(Rules(surfaces_settled=False), _TWO),
    "an old rejection in the history is taken for the last call's": Mutant(
        Rules(old_entries_doubted=False), "failed, and it is LIVE", replace(_BARE, replicas=1), False
    ),
    "a revision that came due meanwhile is forgotten": Mutant(
        Rules(keeps_due=False), "LOST", WORLDS["parked and released, only our fence"], False
    ),
}

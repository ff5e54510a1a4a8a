"""The explored cases: worlds where all properties hold, worlds beyond the assumption, protocols without a safeguard."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from publisher.protocol.states import TABLE, Cause, Key, Status, Transition

from .world import CANCELLED, DUE, DUE_AGAIN, SCHEDULED, SCHEDULED_AGAIN, WITHDRAWN, Rules, World

_WITHDRAWABLE = frozenset({SCHEDULED, DUE, CANCELLED, WITHDRAWN})
_RELEASED = frozenset({SCHEDULED, DUE, CANCELLED, SCHEDULED_AGAIN, DUE_AGAIN})
_EVERYTHING = _RELEASED | {WITHDRAWN}
_BARE = World(protection=False, calls=2)

WORLDS: Mapping[str, World] = {
    "two replicas, only our fence": _BARE,
    "one replica, three calls, the provider refuses used keys": World(replicas=1),
    "withdrawn or refused by a check, only our fence": replace(_BARE, replicas=1, messages=_WITHDRAWABLE),
    "parked and released, only our fence": replace(_BARE, replicas=1, keys=1, messages=_RELEASED),
    "moved, only our fence": replace(_BARE, replicas=1, keys=1, messages=_RELEASED, moved=True),
    "another Page is linked at any moment, only our fence": replace(
        _BARE, replicas=1, relinked=True, messages=_RELEASED - {CANCELLED}
    ),
    "withdrawn, every message repeated at any time": replace(_BARE, replicas=1, messages=_WITHDRAWABLE, inbox=False),
}

DEEP: Mapping[str, World] = {
    "two replicas, two calls": World(calls=2),
    "two replicas, three calls": World(),
    "two replicas, three calls, only our fence": World(protection=False),
    "two replicas, withdrawn or refused, only our fence": replace(_BARE, messages=_WITHDRAWABLE),
    "two replicas, parked and released, only our fence": replace(_BARE, messages=_RELEASED, keys=1),
    "two replicas, moved": World(calls=2, messages=_RELEASED, keys=1, moved=True),
    "two replicas, another Page is linked at any moment": World(calls=2, relinked=True),
    "every message, three calls, three keys": World(replicas=1, keys=3, messages=_EVERYTHING),
    "the same, moved, only our fence": World(replicas=1, keys=3, messages=_EVERYTHING, moved=True, protection=False),
    "the same, every message repeated at any time": World(replicas=1, messages=_EVERYTHING, moved=True, inbox=False),
}

LATE = World(assumption=False, replaces_key=False)
"""A call may land after any settling time; no person replaces a refused key."""

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
    "late calls, a person replaces a refused key": World(assumption=False, replicas=1),
}
"""The documented limits: the conditions for a second post."""


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
    "a run that lost its lease records its result": Mutant(Rules(lease_checked=False), _TWO, World(protection=False)),
    "a stalled process calls when it resumes": Mutant(Rules(stall_checked=False), _TWO),
    "the placement of a post is not confirmed": Mutant(
        Rules(place=False), "published, and nothing is live", replace(_BARE, replicas=1, relinked=True), False
    ),
    "no checks": Mutant(
        Rules(checks=False),
        "a post that was known to be withdrawn",
        WORLDS["withdrawn or refused by a check, only our fence"],
        False,
    ),
    "a lookup counts from its recording, and one is enough": Mutant(Rules(lookups_dated=False, absent_lookups=1), _TWO),
    "the next key is used after any rejection": Mutant(
        _table(Cause.REJECTED_FOR_NOW, Status.SENDING, key=Key.NEXT), _TWO, replace(LATE, replicas=1)
    ),
    "the next key is used when the item comes due again": Mutant(
        _table(Cause.DUE_AGAIN, Status.FAILED, Status.CANCELLED, key=Key.NEXT),
        "a new key",
        replace(_BARE, replicas=1, messages=frozenset({DUE, SCHEDULED_AGAIN, DUE_AGAIN})),
        False,
    ),
    "shown as unknown while the last call may be in flight": Mutant(Rules(surfaces_settled=False), _TWO),
    "an old rejection in the history is attributed to the last call": Mutant(
        Rules(old_entries_ambiguous=False), "failed, and it is LIVE", replace(_BARE, replicas=1), False
    ),
    "a revision that came due during the call is forgotten": Mutant(
        Rules(keeps_due=False), "LOST", WORLDS["parked and released, only our fence"], False
    ),
}

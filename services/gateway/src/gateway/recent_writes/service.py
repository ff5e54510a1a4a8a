from collections import OrderedDict, deque
from datetime import datetime, timedelta
from uuid import UUID

from common.clock import Clock

_KEEP = timedelta(seconds=10)
_MOST_ACCOUNTS = 10_000
_MOST_ENTRIES = 100


class RecentWrites:
    """The consistency tokens of each account's latest writes, which the gateway adds to the account's next requests.

    So a client that ignores `Consistency-Token` reads its own writes as well, as long as its requests reach the same
    replica. A client that sends the header depends on no replica.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._writes: OrderedDict[UUID, deque[tuple[datetime, str]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._writes)

    def add(self, account_id: UUID, token: str) -> None:
        writes = self._writes.setdefault(account_id, deque(maxlen=_MOST_ENTRIES))
        self._writes.move_to_end(account_id)
        now = self._clock.now()
        writes.extend((now, entry) for entry in token.split(","))
        while len(self._writes) > _MOST_ACCOUNTS or self._latest_of_oldest() <= now - _KEEP:
            self._writes.popitem(last=False)

    def token(self, account_id: UUID) -> str | None:
        """Return the token of the account's writes in the last ten seconds."""
        oldest = self._clock.now() - _KEEP
        return ",".join(entry for at, entry in self._writes.get(account_id, ()) if at > oldest) or None

    def _latest_of_oldest(self) -> datetime:
        return next(iter(self._writes.values()))[-1][0]

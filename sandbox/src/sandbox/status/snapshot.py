"""What the status page shows, as plain values."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
State = Literal["ready", "degraded", "not ready", "down", "external"]
"""`degraded`: it works, and something that it can do without is missing."""


@dataclass(frozen=True)
class Part:
    """A process of the stack, or a server elsewhere."""

    name: str
    does: str
    kind: Literal["service", "server", "stand-in"]
    state: State
    reasons: Sequence[str] = ()
    address: str = ""
    pid: int | None = None
    since: datetime | None = None
    restarts: int = 0
    log: str = ""


@dataclass(frozen=True)
class QueueDepth:
    name: str
    service: str
    messages: int
    consumers: int
    dead: int


@dataclass(frozen=True)
class DueDepth:
    """Rows of a due table: due and not claimed, claimed, and for later."""

    table: str
    meaning: str
    due: int
    oldest_seconds: float
    running: int
    later: int
    next_at: datetime | None


@dataclass(frozen=True)
class Post:
    """A delivery. `arrivals` are its live posts at the stand-in of Ayrshare, None if that can't be asked."""

    business: str
    platform: str
    account: str
    text: str
    picture: str | None
    due_at: datetime
    posted_at: datetime | None
    url: str | None
    status: str
    reason: str | None
    arrivals: int | None
    misplaced: bool = False


@dataclass(frozen=True)
class Concern:
    """Something that only a person can settle."""

    what: str
    where: str
    text: str
    at: datetime | None
    cure: str


@dataclass(frozen=True)
class Known(Generic[T]):
    """Rows that could be read, or why they could not."""

    rows: Sequence[T] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Snapshot:
    taken_at: datetime
    parts: Sequence[Part]
    queues: Known[QueueDepth]
    due: Known[DueDepth]
    posts: Known[Post]
    concerns: Known[Concern]
    addresses: Sequence[tuple[str, str]] = ()
    amqp_url: str = ""
    pictures: str | None = None
    """Base URL of the stack's own pictures. Those of another store are not shown: the page loads nothing foreign."""

    def shows(self, picture: str) -> bool:
        return self.pictures is not None and picture.startswith(f"{self.pictures}/")

    def dead_letters_command(self, queue: QueueDepth) -> str:
        command = f"python -m {queue.service} dead-letters list --queue {queue.name}"
        return f"AMQP_URL={self.amqp_url} .venv/bin/{command}"

    @property
    def troubled(self) -> list[Part]:
        return [part for part in self.parts if part.state in {"not ready", "down"}]

    @property
    def dead_letters(self) -> list[QueueDepth]:
        return [queue for queue in self.queues.rows if queue.dead]

    @property
    def verdict(self) -> tuple[Literal["good", "warn", "bad"], str]:
        """The state of the whole in one sentence."""
        if self.troubled:
            names = ", ".join(part.name for part in self.troubled)
            return "bad", f"Not ready: {names}."
        if self.concerns.rows or self.dead_letters:
            return "warn", "Everything runs, and something needs a person."
        if any(part.state == "degraded" for part in self.parts):
            return "warn", "Everything runs, some of it without what it depends on."
        unread = (self.queues, self.due, self.posts, self.concerns)
        if any(known.problem for known in unread):
            return "warn", "The processes run. Some figures can't be read."
        return "good", "Everything is ready."


async def known(reading: Awaitable[Sequence[T]], errors: tuple[type[Exception], ...], of: str) -> Known[T]:
    """Return what was read, or the sentence that says why `of` can't be read."""
    try:
        return Known(await reading)
    except TimeoutError:
        return Known(problem=f"{of} does not answer in time")
    except errors as error:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return Known(problem=f"{of} can't be read: {lines[0]}")

"""What the bench asks of each system."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from dispatch.marks import Marks
from dispatch.posts import Post
from dispatch.processes import Program


@dataclass
class Place:
    """Where a round happens: a folder for its files, and the servers' addresses."""

    folder: Path
    peers: Path
    """Where the peers are installed."""
    postgres_url: str = ""
    amqp_url: str = ""
    redis_port: int = 0


@dataclass
class Round:
    """One round of one system: its processes and its marks."""

    folder: Path
    marks: Marks
    posts: int
    programs: list[Program] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        return {"MARKS": str(self.marks.path), "POSTS": str(self.posts)}


class System(ABC):
    """One way to have something done at a time."""

    name: str
    note: str
    """What it runs on, for the table."""
    enqueue_seconds = 4.0
    """How long putting 5,000 jobs in may take; the first of them is due after it."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def prepare(self) -> None:  # noqa: B027 - most systems need nothing
        """Make what is needed once per bench: schemas, databases."""

    @abstractmethod
    def start(self, round_: Round) -> list[Program]:
        """Start this system's processes, from an empty state."""

    @abstractmethod
    def enqueue(self, posts: list[Post]) -> None:
        """Put the posts in, each to be handled at its due time."""

    def further_marks(self, posts: list[Post]) -> dict[str, list[float]]:
        """Return other instants by the posts' numbers, under their names; () where only the handler counts."""
        _ = posts
        return {}

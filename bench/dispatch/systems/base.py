"""The interface of a system under test."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

from dispatch.marks import Marks
from dispatch.posts import Post
from dispatch.processes import Program


@dataclass
class Place:
    """The place of a round: a folder for its files, and the servers' addresses."""

    folder: Path
    peers: Path
    """Where the compared systems are installed."""
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
    """How long inserting 5,000 jobs may take; the first of them is due after that."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def prepare(self) -> None:  # noqa: B027 - most systems need nothing
        """Create what is needed once per bench: schemas, databases."""

    @abstractmethod
    def start(self, round_: Round) -> list[Program]:
        """Start this system's processes with an empty state."""

    @abstractmethod
    def enqueue(self, posts: list[Post]) -> None:
        """Insert the posts, each to be handled at its due time."""

    def further_marks(self, posts: list[Post]) -> dict[str, list[float]]:
        """Return other times by the posts' numbers, under their names; () if only the handler is measured."""
        _ = posts
        return {}

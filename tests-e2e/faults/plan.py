"""The faults of a run, their times and targets, all drawn from one seed."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pulseworks_contracts import Platform

from .troubles import BY_NAME, TROUBLES, Trouble

PUBLISHERS = ("publisher-1", "publisher-2")
PLATFORMS: tuple[Platform, ...] = ("FACEBOOK", "INSTAGRAM")


class What(StrEnum):
    KILL = "kill -9"
    KILL_BEFORE_EFFECT = "kill -9 before the effect of a call"
    KILL_AFTER_EFFECT = "kill -9 after the effect of a call"
    STALL = "stalled"
    BROKER = "broker killed"
    DATABASE = "database killed"
    FAILOVER = "failover to a read-only node"
    PASSWORD_PUT_BACK = "password rotated, then put back"
    PASSWORD_ROLLED_OUT = "password rotated, then rolled out"
    BEFORE_MIGRATION = "started before a migration"
    BEFORE_FIRST_MIGRATION = "started before the first migration"
    PROVIDER = "provider killed"
    DISK_ALARM = "broker's disk alarm"


@dataclass(frozen=True)
class Act:
    """``at`` is in seconds from the first due post, ``seconds`` is the duration."""

    at: float
    what: What
    targets: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass
class Post:
    """One post on one platform. Its trouble is known before it is scheduled."""

    number: int
    customer: int
    content: int
    platform: Platform
    due: float
    trouble: Trouble | None
    late: bool
    """Scheduled during the run, not before it."""
    cancel: bool
    """A person cancels it shortly before its time."""
    item_id: UUID | None = None
    cancelled: bool = False
    """The scheduler has confirmed the cancellation."""

    @property
    def marker(self) -> str:
        """Identifies the post for the stand-in. Every text is unique, otherwise it would get code 137."""
        return f"post-{self.number:05d}."

    @property
    def text(self) -> str:
        return f"Open again from Monday: {self.marker}"


@dataclass(frozen=True)
class Shape:
    """The size of a run. Times are in seconds."""

    name: Literal["full", "short"]
    posts: int
    customers: int
    window: float
    """From the first due post to the last."""
    drain: float
    """After the last due post, for everything to finish."""
    lead: float
    """Late posts are scheduled this long before the first of them is due."""
    troubled: float
    """Share of posts that meet a fault of the provider."""
    bursts: int
    """This many customers have ``BURST`` more posts, due within ``BURST_SECONDS``."""


# More than twice what Ayrshare's history shows at once (25): a search for an unclear one has to read several pages.
BURST = 60
BURST_SECONDS = 3.0
_BURST_TROUBLED = 0.25
FULL = Shape("full", posts=1000, customers=50, window=210.0, drain=150.0, lead=40.0, troubled=0.4, bursts=3)
SHORT = Shape("short", posts=80, customers=4, window=14.0, drain=60.0, lead=8.0, troubled=0.6, bursts=1)


@dataclass(frozen=True)
class Plan:
    seed: int
    shape: Shape
    protected: bool
    """Whether the provider itself refuses used keys and repeated texts."""
    posts: list[Post]
    acts: list[Act]
    blind_customer: int | None
    """This customer's history can't be read, so its unclear outcomes must end as unknown."""
    rules: list[dict[str, object]] = field(default_factory=list)


def make_plan(seed: int, shape: Shape, *, protected: bool) -> Plan:
    random_ = random.Random(seed)
    full = shape.name == "full"
    blind = shape.customers - 1 if full else None
    posts = _posts(random_, shape, blind)
    acts = (_full_acts if full else _short_acts)(random_, shape)
    rules = [rule for post in posts if post.trouble for rule in post.trouble.rules_for(post.marker)]
    return Plan(seed, shape, protected, posts, sorted(acts, key=lambda act: act.at), blind, rules)


def _posts(random_: random.Random, shape: Shape, blind: int | None) -> list[Post]:
    posts = []
    for number in range(shape.posts):
        customer, place = number % shape.customers, number // shape.customers
        due = random_.uniform(0.0, shape.window)
        posts.append(
            Post(
                number=number,
                customer=customer,
                content=place // 2,
                platform=PLATFORMS[place % 2],
                due=due,
                trouble=_trouble(random_, shape.troubled) if customer != blind else None,
                late=random_.random() < 0.3 and due > shape.window * 0.6,
                cancel=random_.random() < 0.03 and due > shape.window * 0.3,
            )
        )
    posts += _bursts(random_, shape)
    _trouble_the_blind([post for post in posts if post.customer == blind])
    if shape.name == "full":
        _hold_up_some([post for post in posts if post.customer == 0])
    return posts


def _bursts(random_: random.Random, shape: Shape) -> list[Post]:
    """Return a busy moment of some customers. The first one, whose posts are held up, is not among them."""
    posts: list[Post] = []
    for customer in range(1, 1 + shape.bursts):
        begins = shape.window * (0.6 if shape.bursts == 1 else random_.uniform(0.4, 0.8))
        for place in range(BURST):
            posts.append(
                Post(
                    number=shape.posts + len(posts),
                    customer=customer,
                    content=shape.posts + place // 2,
                    platform=PLATFORMS[place % 2],
                    due=begins + random_.uniform(0.0, BURST_SECONDS),
                    trouble=_trouble(random_, _BURST_TROUBLED),
                    late=False,
                    cancel=False,
                )
            )
    return posts


def _trouble(random_: random.Random, share: float) -> Trouble | None:
    if random_.random() >= share:
        return None
    choice = [trouble for trouble in TROUBLES if not trouble.pauses]
    return random_.choices(choice, [trouble.weight for trouble in choice])[0]


def _trouble_the_blind(posts: list[Post]) -> None:
    """Give the customer without a history two posts that arrived without our knowledge, and one that did not.

    They come first, so that they are shown as unknown before the run ends.
    """
    names = ("no response, with effect", "cut off, with effect", "cut off, without effect")
    for post, name in zip(sorted(posts, key=lambda post: post.due), names, strict=False):
        post.trouble, post.due, post.late, post.cancel = BY_NAME[name], post.due / 10, False, False


def _hold_up_some(posts: list[Post]) -> None:
    """Delay some early posts, so that they finish within the run."""
    slow = [trouble for trouble in TROUBLES if trouble.pauses]
    for post, trouble in zip(sorted(posts, key=lambda post: post.due), slow, strict=False):
        post.trouble, post.late, post.cancel = trouble, False, False


def _full_acts(random_: random.Random, shape: Shape) -> list[Act]:
    window = shape.window

    def spread(count: int) -> list[float]:
        """Return times over the whole window, each at random within its own part: a killed process must restart."""
        part = window / count
        return [part * number + random_.uniform(0.0, part) for number in range(count)]

    acts = []
    for number, at in enumerate(spread(18)):
        what = (What.KILL, What.KILL_BEFORE_EFFECT, What.KILL_AFTER_EFFECT)[number % 3]
        targets = (random_.choice(PUBLISHERS),) if what is What.KILL else PUBLISHERS
        acts.append(Act(at, what, targets, random_.uniform(0.0, 1.5)))
    acts += [Act(at, What.KILL, ("scheduler",), random_.uniform(0.0, 1.5)) for at in spread(8)]
    for service in ("identity", "content", "billing", "gateway"):
        acts += [Act(at, What.KILL, (service,), random_.uniform(0.0, 1.5)) for at in spread(2)]
    everything = ("identity", "content", "scheduler", *PUBLISHERS, "billing", "gateway")
    acts += [Act(at, What.KILL, everything, 1.0) for at in spread(1)]
    acts += [Act(at, What.STALL, (random_.choice(PUBLISHERS),), random_.uniform(1.0, 7.0)) for at in spread(4)]
    acts += [Act(at, What.STALL, ("scheduler",), random_.uniform(2.0, 5.0)) for at in spread(1)]
    # one after the other: an outage must not hide the next one
    part = window / 8
    acts += [
        Act(part * 0.4, What.DATABASE, seconds=random_.uniform(0.0, 2.0)),
        *_failover(part * 0.7, 3.0),
        Act(part * 1.1, What.BROKER, seconds=random_.uniform(0.0, 2.0)),
        Act(part * 1.6, What.PASSWORD_PUT_BACK, ("publisher",), 4.0),
        Act(part * 1.9, What.DISK_ALARM, seconds=12.0),
        Act(part * 2.5, What.BEFORE_MIGRATION, ("publisher",), 4.0),
        Act(part * 2.8, What.PROVIDER, seconds=3.0),
        Act(part * 3.2, What.BROKER, seconds=60.0),
        Act(part * 6.0, What.DATABASE, seconds=5.0),
        Act(part * 6.3, What.PASSWORD_ROLLED_OUT, ("publisher",), 4.0),
        Act(part * 6.7, What.BROKER, seconds=random_.uniform(0.0, 3.0)),
        Act(part * 7.0, What.BEFORE_FIRST_MIGRATION, ("scheduler",), 4.0),
        *_failover(part * 7.3, 8.0),
        Act(part * 7.5, What.DATABASE, seconds=random_.uniform(0.0, 1.0)),
    ]
    return acts


def _failover(at: float, seconds: float) -> list[Act]:
    """Freeze the publishers meanwhile, so that they have due posts to handle: a read-only scheduler sends none."""
    stalled = [Act(at - 0.6, What.STALL, (name,), 1.4) for name in PUBLISHERS]
    return [*stalled, Act(at, What.FAILOVER, seconds=seconds)]


def _short_acts(random_: random.Random, _shape: Shape) -> list[Act]:
    def about(at: float) -> float:
        return at + random_.uniform(-0.4, 0.4)

    return [
        Act(about(0.8), What.KILL_AFTER_EFFECT, PUBLISHERS),
        Act(about(2.2), What.PASSWORD_PUT_BACK, ("publisher",), 1.2),
        Act(about(3.0), What.KILL, ("scheduler",)),
        Act(about(4.0), What.KILL_BEFORE_EFFECT, PUBLISHERS),
        Act(about(4.5), What.DATABASE, seconds=0.3),
        *_failover(about(6.0), 1.5),
        Act(about(7.5), What.BEFORE_MIGRATION, ("publisher",), 1.0),
        Act(about(8.0), What.BROKER, seconds=0.5),
        Act(about(9.0), What.KILL, (random_.choice(PUBLISHERS),)),
        Act(about(12.0), What.DISK_ALARM, seconds=2.0),
        Act(about(12.5), What.KILL_AFTER_EFFECT, PUBLISHERS),
        Act(about(14.0), What.STALL, (random_.choice(PUBLISHERS),), 3.0),
        Act(about(15.0), What.KILL_BEFORE_EFFECT, PUBLISHERS),
    ]

"""What accounts do, drawn with a fixed seed: when a month's posts fall due, when they are written, when people read."""

from collections import Counter
from dataclasses import dataclass
from random import Random

WEEK_MINUTES = 7 * 24 * 60
POSTING_DAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Behaviour:
    """Assumptions. Shares add up to 1."""

    plans: tuple[tuple[int, float], ...] = ((8, 0.50), (12, 0.35), (20, 0.15))
    """Posts a month, and the share of accounts."""
    zones: tuple[tuple[int, float], ...] = ((13, 0.25), (11, 0.30), (0, 0.15), (-5, 0.20), (-8, 0.10))
    """Hours from UTC."""
    platforms: int = 2
    at_nine: float = 0.6
    """Share of posts at 9:00 local time sharp. The others are spread over 7:00 to 21:00."""
    month_end: float = 0.4
    """Share of accounts that write the next month within the last five working days; the others on any of 22."""
    requests_a_month: int = 600
    """Reads of an account's users; a fifth of them lists."""
    sign_ins_a_month: int = 6


@dataclass(frozen=True)
class Peaks:
    """Of one account on average."""

    posts_a_month: float
    due_at_one_minute: float
    """Posts on platforms in the busiest minute of a week."""
    due_in_one_hour: float
    posts_written_in_one_hour: float
    """In the busiest hour of a month."""
    requests_in_one_hour: float
    sign_ins_in_one_hour: float


def simulate(behaviour: Behaviour, accounts: int = 20_000, seed: int = 10) -> Peaks:
    """Return the peaks of an average account."""
    random = Random(seed)  # noqa: S311 - a simulation, which must be repeatable
    minutes: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    writing: Counter[tuple[int, int]] = Counter()
    reading: Counter[int] = Counter()
    total = 0
    plans, zones = behaviour.plans, behaviour.zones
    for _ in range(accounts):
        (posts,) = random.choices([posts for posts, _ in plans], [share for _, share in plans])
        (zone,) = random.choices([zone for zone, _ in zones], [share for _, share in zones])
        total += posts
        # a week of the month: 12 posts a month are 2.77 a week
        whole, rest = divmod(posts * 12 / 52, 1)
        for _ in range(int(whole) + (random.random() < rest)):
            minute = 9 * 60 if random.random() < behaviour.at_nine else random.randrange(7 * 60, 21 * 60)
            due = (random.choice(POSTING_DAYS) * 24 * 60 + minute - zone * 60) % WEEK_MINUTES
            minutes[due] += behaviour.platforms
            hours[due // 60] += behaviour.platforms
        day = random.randrange(17, 22) if random.random() < behaviour.month_end else random.randrange(22)
        writing[divmod(day * 24 + random.randrange(9, 17) - zone, 24)] += posts
        reading[(random.randrange(8, 18) - zone) % 24] += 1
    daily = max(reading.values()) / accounts / 22
    return Peaks(
        posts_a_month=total / accounts,
        due_at_one_minute=max(minutes.values()) / accounts,
        due_in_one_hour=max(hours.values()) / accounts,
        posts_written_in_one_hour=max(writing.values()) / accounts,
        requests_in_one_hour=behaviour.requests_a_month * daily,
        sign_ins_in_one_hour=behaviour.sign_ins_a_month * daily,
    )

"""Compares the posts at the provider with what the system reports, and explains each difference."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from common.messaging.dead_letters import list_dead_letters
from pulseworks_contracts import ALL_QUEUES
from sandbox.stack.secrets_file import SERVICES_WITH_DATABASE

from .chaos import Chaos
from .customers import Customer
from .plan import Plan, Post
from .system import System
from .wire import NAMES

_ENDS = {"PUBLISHED", "FAILED", "CANCELLED", "UNKNOWN", "MISSED", "PARKED"}
_ENOUGH = 0.9


@dataclass(frozen=True)
class Explained:
    post: Post
    status: str
    reason: str


@dataclass
class Tally:
    """``ok``: no duplicate, no lost post, no unexplained outcome."""

    scheduled: int = 0
    once: int = 0
    duplicates: list[Explained] = field(default_factory=list)
    lost: list[Explained] = field(default_factory=list)
    unknown: list[Explained] = field(default_factory=list)
    failed: list[Explained] = field(default_factory=list)
    cancelled: list[Explained] = field(default_factory=list)
    unexplained: list[Explained] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    """Other broken promises: wrong accounts, gaps in the audit log, dead letters."""
    dead_letters: Counter[str] = field(default_factory=Counter)
    """By queue. No fault of a plan makes an event that can't be handled, so each one is a breach too."""
    cut_before_effect: int = 0
    cut_after_effect: int = 0

    @property
    def ok(self) -> bool:
        return not (self.duplicates or self.lost or self.unexplained or self.breaches)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "scheduled": self.scheduled,
            "delivered once": self.once,
            "duplicates": len(self.duplicates),
            "lost": len(self.lost),
            "unknown": len(self.unknown),
            "failed with reason": len(self.failed),
            "cancelled in time": len(self.cancelled),
            "unexplained": len(self.unexplained),
            "dead letters": self.dead_letters.total(),
        }


async def take(system: System, plan: Plan, customers: Sequence[Customer], chaos: Chaos) -> Tally:
    """Query the provider, the services' REST API and the audit log, and compare."""
    live: dict[str, list[dict[str, Any]]] = defaultdict(list)
    strangers = []
    markers = {post.text: post for post in plan.posts}
    profiles = {customer.provider_profile_id for customer in customers}
    for row in await system.live_posts():
        if row["text"] in markers and row["profile_ref_id"] in profiles:
            live[row["text"]].append(row)
        elif row["profile_ref_id"] in profiles or row["on_primary"]:
            strangers.append(row)
    tally = Tally(breaches=list(system.breaches))
    tally.breaches += [
        f"{row['text']!r} is live on {row['profile_title']}, but was never scheduled" for row in strangers
    ]
    for customer in customers:
        posts = [post for post in plan.posts if post.customer == customer.number and post.item_id is not None]
        items = {item["id"]: item for item in await customer.every("/api/schedule")}
        for post in posts:
            _compare_accounts(tally, customer, post, live[post.text])
            _judge(tally, plan, post, items[str(post.item_id)], live[post.text])
        await _audit(tally, customer, [post for post in posts if len(live[post.text]) == 1], items)
    tally.scheduled = sum(post.item_id is not None for post in plan.posts)
    if tally.scheduled < len(plan.posts) * _ENOUGH:
        tally.breaches.append(
            f"only {tally.scheduled} of {len(plan.posts)} posts could be scheduled: this shows little"
        )
    _cuts(tally, chaos, [row for rows in live.values() for row in rows])
    await _leftovers(tally, system)
    return tally


def _compare_accounts(tally: Tally, customer: Customer, post: Post, live: list[dict[str, Any]]) -> None:
    frozen = (customer.provider_profile_id, customer.accounts[post.platform], post.platform)
    tally.breaches += [
        f"{post.marker} is live on {row['platform_account_id']} of {row['profile_title']}: not its frozen account"
        for row in live
        if (row["profile_ref_id"], row["platform_account_id"], row["platform"].upper()) != frozen
    ]


def _judge(tally: Tally, plan: Plan, post: Post, item: dict[str, Any], live: list[dict[str, Any]]) -> None:
    status, error = item["status"], item["error"] or {}
    said = f"{error.get('code', '')} {error.get('message', '')}".strip()
    if len(live) > 1:
        keys = ", ".join(f"{row['idempotency_key']} at {row['at']}" for row in live)
        tally.duplicates.append(Explained(post, status, f"{len(live)} times: {keys}; {_trouble(post)}"))
    elif status not in _ENDS:
        tally.lost.append(Explained(post, status, f"not finished, {len(live)} live; {_trouble(post)}"))
    elif status == "PUBLISHED" and not live:
        tally.lost.append(Explained(post, status, f"reported as live, but is not; {_trouble(post)}"))
    elif status == "PUBLISHED":
        tally.once += 1
        if post.cancelled:
            tally.unexplained.append(Explained(post, status, "its cancellation was confirmed"))
    else:
        reason = _explanation(plan, post, status, error.get("code"), len(live))
        group = {"FAILED": tally.failed, "UNKNOWN": tally.unknown, "CANCELLED": tally.cancelled}.get(status)
        if reason is None or group is None:
            tally.unexplained.append(Explained(post, status, f"{said}; {len(live)} live; {_trouble(post)}"))
        else:
            group.append(Explained(post, status, f"{reason} ({said})" if said else reason))


def _explanation(plan: Plan, post: Post, status: str, code: str | None, live: int) -> str | None:
    """Return why the post did not end as published, if the plan explains it."""
    trouble = post.trouble
    if status == "FAILED" and trouble is not None and trouble.refusal == code and live == 0:
        return "permanently refused by the provider"
    if status == "CANCELLED" and post.cancelled and live == 0:
        return "cancelled in time by a person"
    if status == "UNKNOWN" and post.customer == plan.blind_customer and trouble is not None and trouble.unclear:
        return f"{trouble.name}, and this customer's history can't be read; {live} live"
    return None


def _trouble(post: Post) -> str:
    return f"the provider: {post.trouble.name}" if post.trouble else "the provider made no fault"


async def _audit(tally: Tally, customer: Customer, posts: Sequence[Post], items: dict[str, dict[str, Any]]) -> None:
    """Check the audit log: its chain is intact, and it contains each live post once (P8)."""
    chain = await customer.call("GET", "/api/audit/verify")
    if not chain["valid"]:
        tally.breaches.append(f"the audit log of customer {customer.number} is broken at {chain['first_broken']}")
    entries = await customer.every("/api/audit", event_type="POST_PUBLISHED")
    logged = Counter(entry["metadata"]["schedule_item_id"] for entry in entries)
    for post in posts:
        times = logged[str(post.item_id)]
        if times != 1 and items[str(post.item_id)]["status"] == "PUBLISHED":
            tally.breaches.append(f"{post.marker} is {times} times in the audit log as published")


def _cuts(tally: Tally, chaos: Chaos, live: Sequence[dict[str, Any]]) -> None:
    """Say whether each cut call was killed before or after the provider's effect."""
    effects = {row["notes"]: row["at_unix"] for row in reversed(live)}
    for cut in {cut.key: cut for cut in chaos.interrupted}.values():
        if effects.get(cut.key, cut.killed_at + 1) <= cut.killed_at:
            tally.cut_after_effect += 1
        else:
            tally.cut_before_effect += 1


async def _leftovers(tally: Tally, system: System) -> None:
    """Check for unnoticed failures: dead letters, and events that were never sent."""
    url = system.stack.rabbitmq.url
    services = {name.partition("-")[0] for name in system.children}
    for queue in ALL_QUEUES:
        if queue.service not in services:
            continue
        letters = await list_dead_letters(url, NAMES.namespace, queue, limit=1000)
        if letters:
            tally.dead_letters[queue.name] = len(letters)
            shown = ", ".join(f"{letter.type} {letter.event_id}" for letter in letters[:3])
            tally.breaches.append(f"{len(letters)} dead letters in {queue.name}, such as {shown}")
    for service in services.intersection(SERVICES_WITH_DATABASE):
        rows = await system.query(
            f"SELECT type, count(*) AS n FROM {service}.outbox WHERE due_at < now() - interval '1 minute' GROUP BY type"
        )
        tally.breaches += [f"{row['n']} of {row['type']} were never sent by {service}" for row in rows or []]

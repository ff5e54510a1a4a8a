"""Executes the plan: each act at its time, regardless of what else is happening."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import httpx2

from . import wire
from .customers import Content, Customer, SetupError, schedule
from .database_troubles import fail_over, rotate_password, start_before_migration
from .plan import Act, Plan, Post, What
from .system import OpenCall, System

_IN_CALL_PATIENCE = 10.0
_CANCEL_AHEAD = 3.0
_LATE_EVENTS_OVER = 0.7  # of the window


@dataclass(frozen=True)
class Interrupted:
    """A call that was open when its publisher was killed."""

    key: str
    killed_at: float
    """UNIX seconds."""


@dataclass
class Chaos:
    system: System
    plan: Plan
    customers: Sequence[Customer]
    start: datetime
    """When the first post is due."""
    interrupted: list[Interrupted] = field(default_factory=list)

    async def run(self, contents: Sequence[tuple[Customer, Content]]) -> None:
        """Return when all acts are done and everything is running again."""
        async with asyncio.TaskGroup() as group:
            for act in self.plan.acts:
                group.create_task(self._at(act.at, partial(self._carry_out, act)))
            for customer in self.customers:
                late = [post for post in self.plan.posts if post.customer == customer.number and post.late]
                if late:
                    at = min(post.due for post in late) - self.plan.shape.lead
                    group.create_task(self._at(at, partial(schedule, customer, late, self.start)))
            for post in self.plan.posts:
                if post.cancel:
                    group.create_task(self._at(post.due - _CANCEL_AHEAD, partial(self._cancel, post)))
            group.create_task(self._send_late_events([event for _, content in contents for event in content.late]))

    async def _at(self, offset: float, act: Callable[[], Awaitable[None]]) -> None:
        await self._until(offset)
        await act()

    async def _until(self, offset: float) -> None:
        when = self.start + timedelta(seconds=offset)
        await asyncio.sleep(max(0.0, (when - datetime.now(UTC)).total_seconds()))

    async def _carry_out(self, act: Act) -> None:
        began = time.monotonic()
        acts: dict[What, Callable[[], Coroutine[Any, Any, None]]] = {
            What.KILL: lambda: self._kill(act),
            What.KILL_BEFORE_EFFECT: lambda: self._kill_in_call(act, with_effect=False),
            What.KILL_AFTER_EFFECT: lambda: self._kill_in_call(act, with_effect=True),
            What.STALL: lambda: self.system.stall(act.targets[0], act.seconds),
            What.BROKER: lambda: self.system.break_broker(act.seconds),
            What.DATABASE: lambda: self.system.break_database(act.seconds),
            What.FAILOVER: lambda: fail_over(self.system, act.seconds),
            What.PASSWORD_PUT_BACK: lambda: rotate_password(self.system, act.targets[0], act.seconds, roll_out=False),
            What.PASSWORD_ROLLED_OUT: lambda: rotate_password(self.system, act.targets[0], act.seconds, roll_out=True),
            What.BEFORE_MIGRATION: lambda: start_before_migration(
                self.system, act.targets[0], act.seconds, first=False
            ),
            What.BEFORE_FIRST_MIGRATION: lambda: start_before_migration(
                self.system, act.targets[0], act.seconds, first=True
            ),
            What.PROVIDER: lambda: self.system.break_provider(act.seconds),
            What.DISK_ALARM: lambda: self.system.raise_disk_alarm(act.seconds),
        }
        await acts[act.what]()
        took = time.monotonic() - began
        self.system.say(f"{act.what} {' '.join(act.targets)} ({act.seconds:.1f} s; {took:.1f} s in total)")

    async def _kill(self, act: Act) -> None:
        publishers = [name for name in act.targets if name.startswith("publisher")]
        killing = asyncio.create_task(self.system.kill(act.targets, act.seconds))
        if publishers:
            await self._note_interrupted()
        await killing

    async def _kill_in_call(self, act: Act, *, with_effect: bool) -> None:
        """Wait for an open call that has, or has not, taken effect; then kill every publisher."""
        deadline = time.monotonic() + _IN_CALL_PATIENCE
        while time.monotonic() < deadline:
            if any(call.with_effect == with_effect for call in await self._open_calls()):
                await self._kill(act)
                return
            await asyncio.sleep(0.02)
            if self.system.one_server.locked():
                deadline = time.monotonic() + _IN_CALL_PATIENCE  # nothing may be sent while a server is disturbed
        self.system.done["aimed kill without a call to hit"] += 1

    async def _open_calls(self) -> list[OpenCall]:
        try:
            return await self.system.open_calls()
        except httpx2.HTTPError:
            return []  # the provider is down at the moment

    async def _note_interrupted(self) -> None:
        """Record the calls that the kill has cut: without a response, or with one that was not recorded."""
        at = time.time()
        unanswered = {call.key for call in await self._open_calls()}
        unrecorded = set(await self.system.calls_by_our_rows())
        self.interrupted += [Interrupted(key, at) for key in sorted(unanswered | unrecorded)]

    async def _cancel(self, post: Post) -> None:
        """Cancel the post. If the scheduler says that it is too late, it counts as not cancelled."""
        if post.item_id is None:
            return
        customer = self.customers[post.customer]
        try:
            response = await customer.call("POST", f"/api/schedule/{post.item_id}/cancel")
        except (SetupError, httpx2.HTTPError) as error:
            self.system.say(f"{post.marker} was not cancelled: {str(error)[:160]}")
        else:
            post.cancelled = response["status"] == "CANCELLED"

    async def _send_late_events(self, events: Sequence[Any]) -> None:
        """Emit outdated facts throughout the run: older revisions that must not be applied."""
        pause = self.plan.shape.window * _LATE_EVENTS_OVER / max(1, len(events))
        for number in range(0, len(events), 5):
            await self._until(number * pause)
            await wire.publish(lambda: self.system.stack.rabbitmq.url, events[number : number + 5])

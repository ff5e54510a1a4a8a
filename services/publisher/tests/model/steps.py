"""The possible next steps. Each function is one transaction, or one moment, of the code of the same name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.protocol.states import Cause, Status

from .provider import Provider
from .rows import Rows
from .world import (
    LOST,
    MESSAGES,
    NOBODY,
    At,
    Call,
    Finding,
    Kept,
    Row,
    Rules,
    Run,
    State,
    World,
    replace,
)

Step = tuple[str, State]

_REVISIONS = {"S1": 1, "D1": 1, "C2": 2, "S3": 3, "D3": 3}
_CANCELLED = 2
_LOOKED_UP = {Status.RECONCILING, Status.UNKNOWN}
_MAY_BE_OLD = {Cause.REJECTED, Cause.REJECTED_FOR_NOW, Cause.MISPLACED}


def name(run: int) -> str:
    return "ABC"[run]


@dataclass
class Protocol:
    """All steps from a state, by the rules, in the world."""

    world: World = field(default_factory=World)
    rules: Rules = field(default_factory=Rules)
    taken: set[tuple[Status, Cause]] = field(default_factory=set)
    """The transitions of the table that were made."""

    def __post_init__(self) -> None:
        self._provider = Provider(self.world)
        self._rows = Rows(self.world, self.rules, self.taken)

    def start(self) -> State:
        return State(
            runs=(Run(),) * self.world.replicas,
            keys=(Kept(),) * self.world.keys,
            waiting=self.world.messages,
        )

    def successors(self, state: State) -> Iterator[Step]:
        yield from self._messages(state)
        yield from self._provider.steps(state)
        if state.row is None:
            return
        yield from self._time(state, state.row)
        yield from self._person(state, state.row)
        for number, run in enumerate(state.runs):
            yield from self._run(state, state.row, number, run)

    # The bus: any order, any delay. Without the inbox each message may be repeated without limit.

    def _messages(self, state: State) -> Iterator[Step]:
        for message in sorted(state.waiting if self.world.inbox else self.world.messages):
            after = replace(state, waiting=state.waiting - {message})
            words = f"{MESSAGES[message]} is handled"
            if message == "W":
                yield words, replace(after, mismatch=True)
            elif message in {"D1", "D3"}:
                yield words, replace(after, row=self._rows.accept_due(after.row, _REVISIONS[message]))
            else:
                yield words, replace(after, known=max(after.known, _REVISIONS[message]))

    # Time: leases expire, the settling time passes.

    def _time(self, state: State, row: Row) -> Iterator[Step]:
        if row.lease >= 0:
            words = f"{name(row.lease)} stalls or loses its database: its lease expires"
            yield words, replace(state, row=replace(row, lease=LOST))
        if row.status is Status.RECONCILING and not row.settled and self._may_settle(state):
            runs = tuple(replace(run, stale=True) if run.at is At.FENCED else run for run in state.runs)
            yield "the settling time passes", replace(state, row=replace(row, settled=True), runs=runs)

    def _may_settle(self, state: State) -> bool:
        """THE assumption: a call has landed, or never will, and what has landed is in the history."""
        if not self.world.assumption:
            return True
        return all(call.under_way for call in state.calls) and all(kept.shown for kept in state.keys)

    # A person who sees that the outcome is unknown.

    def _person(self, state: State, row: Row) -> Iterator[Step]:
        if row.status is not Status.UNKNOWN or row.lease != NOBODY:
            return
        careless = self.world.careless
        if state.effects or careless:
            row_live = self._rows.end(row, Cause.PERSON_MARKS_LIVE)
            yield "a person checks and marks it as live", replace(state, row=row_live)
        if careless or (not state.effects and not any(call.under_way for call in state.calls)):
            if not row.key_used:
                again = self._rows.go_on(row, Cause.PERSON_SENDS_AGAIN)
                yield "a person checks and has it sent again", replace(state, row=again)
            elif self.world.replaces_key:
                again = self._rows.go_on(row, Cause.PERSON_REPLACES_KEY)
                words = "a person checks and has it sent again; the refused key is replaced"
                yield words, replace(state, row=again, unaccounted=state.unaccounted - {row.attempt})

    # The runs.

    def _run(self, state: State, row: Row, number: int, run: Run) -> Iterator[Step]:
        who = name(number)
        if run.at is At.IDLE:
            if row.due and row.lease in {NOBODY, LOST}:
                claimed = self._with(state, number, Run(At.CLAIMED))
                yield f"{who} claims the delivery", replace(claimed, row=replace(row, lease=number))
            return
        yield f"{who} is killed", self._kill(state, row, number)
        match run.at:
            case At.CLAIMED:
                yield from self._plan_and_fence(state, row, number)
            case At.FENCED:
                yield from self._call(state, number, run)
            case At.CALLING:
                without = tuple(replace(c, caller=NOBODY) if c.caller == number else c for c in state.calls)
                waited = replace(state, calls=without)
                answered = Run(At.ANSWERED, run.key, Cause.UNCLEAR)
                yield f"{who} gets no answer, or an inconclusive one", self._with(waited, number, answered)
            case At.ANSWERED:
                yield from self._record_answer(state, row, number, run)
            case At.LOOKING:
                for finding, words in self._provider.look(state, row.attempt):
                    found = Run(At.FOUND, result=finding, settled=run.settled)
                    yield f"{who} looks the post up in the history: {words}", self._with(state, number, found)
            case At.FOUND:
                yield from self._record_finding(state, row, number, run)

    def _plan_and_fence(self, state: State, row: Row, number: int) -> Iterator[Step]:
        who, idle = name(number), self._with(state, number, Run())
        if self._lost_lease(row, number):
            yield f"{who} finds that its lease is lost and stops", idle
        elif row.status is Status.PENDING:
            yield from self._check(state, row, number)
        elif row.status is Status.SENDING:
            after = self._rows.reconcile(row, Cause.INTERRUPTED)
            yield f"{who} finds `sending`: an answer was lost; it reconciles", self._noted(idle, row, after)
        elif row.status in _LOOKED_UP:
            yield f"{who} starts a lookup", self._with(state, number, Run(At.LOOKING, settled=row.settled))
        else:
            yield f"{who} finds nothing to do", replace(idle, row=self._rows.release(row, again=False))

    def _check(self, state: State, row: Row, number: int) -> Iterator[Step]:
        """Decide as ``checks.rules.decide`` does, at any time: the post may be overdue at any moment."""
        who, idle = name(number), self._with(state, number, Run())
        failed = self._rows.end(row, Cause.CHECK_REFUSED)
        known_facts = state.known if self.world.moved else 1
        newer = state.known > row.revision
        if state.known == _CANCELLED >= row.revision or (newer and known_facts != row.facts):
            if self.rules.checks:
                cancelled = self._rows.end(row, Cause.WITHDRAWN)
                yield f"{who} finds that the post was withdrawn and cancels it", replace(idle, row=cancelled)
                return
            flaw = "a post that was known to be withdrawn passed the checks"
        else:
            yield f"{who} finds it too late to send: it fails", replace(idle, row=failed)
            flaw = ""
        if state.known < row.revision:
            yield f"{who} waits for records that have not arrived", replace(idle, row=self._rows.release(row))
            return
        if state.mismatch or known_facts != row.facts:
            yield f"{who} finds a check that refuses: it fails", replace(idle, row=failed)
            if self.rules.checks:
                return
            flaw = flaw or "a post that a check was known to refuse passed the checks"
        if state.fences < self.world.calls and row.next_attempt <= self.world.keys:
            yield self._fence(state, row, number, flaw)

    def _fence(self, state: State, row: Row, number: int, flaw: str) -> Step:
        key = row.next_attempt
        if state.unaccounted - {key}:
            flaw = flaw or "a new key although a call with the earlier one has no definite result"
        fenced = self._with(state, number, Run(At.FENCED, key))
        if not self.rules.fence:
            return f"{name(number)} checks and calls without a fence", replace(
                fenced, fences=state.fences + 1, flaw=flaw
            )
        sending = self._rows.start_sending(row)
        words = f"{name(number)} checks, and commits `sending` with the attempt's row (key {key})"
        return words, replace(fenced, row=sending, fences=state.fences + 1, flaw=flaw)

    def _call(self, state: State, number: int, run: Run) -> Iterator[Step]:
        who = name(number)
        unsent = self._with(state, number, Run(At.ANSWERED, run.key, Cause.NEVER_LEFT))
        if run.stale and self.rules.stall_checked:
            yield f"{who} resumes, sees that it stalled, and does not call", unsent
            return
        yield f"{who} can't connect: the call never leaves", unsent
        calls = tuple(sorted((*state.calls, Call(run.key, number)), key=repr))
        calling = replace(state, calls=calls)
        yield f"{who}'s call leaves (key {run.key})", self._with(calling, number, Run(At.CALLING, run.key))

    def _record_answer(self, state: State, row: Row, number: int, run: Run) -> Iterator[Step]:
        who, idle, cause = name(number), self._with(state, number, Run()), run.result
        assert isinstance(cause, Cause)
        if cause is Cause.MISPLACED and not self.rules.place:
            cause = Cause.ACCEPTED
        if self._lost_lease(row, number):
            yield f"{who} finds that its lease is lost and records nothing", idle
            return
        if not self.rules.fence and row.status is Status.PENDING:
            row = self._rows.start_sending(row)
        words = f"{who} records the answer ({cause})"
        if row.status is not Status.SENDING and not self.rules.lease_checked:
            # the code would raise an error; the protocol must not depend on that alone
            yield f"{words}, which is no longer possible", idle
            return
        for after in self._after_answer(row, cause):
            yield words, self._noted(idle, row, after)

    def _after_answer(self, row: Row, cause: Cause) -> Iterator[Row]:
        row = replace(row, call_open=False)
        if cause in {Cause.ACCEPTED, Cause.REJECTED, Cause.MISPLACED}:
            yield self._rows.end(row, cause)
        elif cause is Cause.REJECTED_FOR_NOW:
            yield from self._rows.retry_or_fail(row)
        elif cause is Cause.NEVER_LEFT:
            yield self._rows.go_on(row, cause)
        else:
            yield self._rows.reconcile(row, cause)

    def _record_finding(self, state: State, row: Row, number: int, run: Run) -> Iterator[Step]:
        who, idle, result = name(number), self._with(state, number, Run()), run.result
        if self._lost_lease(row, number) or row.status not in _LOOKED_UP:
            yield f"{who} finds that its lease is lost and records nothing", idle
            return
        words = f"{who} records what it found"
        settled = run.settled if self.rules.lookups_dated else row.settled
        definite = replace(idle, unaccounted=state.unaccounted - {row.attempt})
        ambiguous = row.repeated and not settled and row.status is Status.RECONCILING
        if result in _MAY_BE_OLD and ambiguous and self.rules.old_entries_ambiguous:
            result = Finding.NOTHING
        if result in {Cause.ACCEPTED, Cause.REJECTED, Cause.MISPLACED}:
            assert isinstance(result, Cause)
            yield words, replace(definite, row=self._rows.end(row, result))
        elif result is Cause.REJECTED_FOR_NOW and row.status is Status.RECONCILING:
            for after in self._rows.retry_or_fail(row):
                yield words, replace(definite, row=after)
        elif result is Cause.REJECTED_FOR_NOW:
            yield (
                words,
                replace(definite, row=self._rows.end(row, Cause.RETRIES_SPENT)),
            )
        else:
            yield from self._not_found(
                idle, row, result is Finding.ABSENT and (settled or not self.rules.settling), words
            )

    def _not_found(self, idle: State, row: Row, absent: bool, words: str) -> Iterator[Step]:
        if row.status is not Status.RECONCILING:
            yield f"{words}: nothing new", replace(idle, row=self._rows.release(row))
            return
        if absent:
            row = replace(row, absent=row.absent + 1)
        if row.absent >= self.rules.absent_lookups and not row.key_used:
            words = f"{words}: absent again, so it did not arrive"
            yield words, replace(idle, row=self._rows.go_on(row, Cause.SHOWN_ABSENT))
            return
        row = replace(row, absent=min(row.absent, self.rules.absent_lookups))
        yield f"{words}: not settled, another lookup follows", replace(idle, row=self._rows.release(row))
        if row.settled or not self.rules.surfaces_settled:
            unknown = self._rows.go_on(row, Cause.LIMIT_REACHED)
            yield f"{words}: not settled within the limit, shown as unknown", replace(idle, row=unknown)

    # Bookkeeping of the model.

    def _noted(self, state: State, before: Row, after: Row) -> State:
        """Record, independently of the row, that a call had no definite result."""
        opened = before.status is Status.SENDING and after.status is Status.RECONCILING
        unaccounted = state.unaccounted | {before.attempt} if opened else state.unaccounted
        return replace(state, row=after, unaccounted=unaccounted)

    def _lost_lease(self, row: Row, number: int) -> bool:
        return self.rules.lease_checked and row.lease != number

    def _kill(self, state: State, row: Row, number: int) -> State:
        calls = tuple(replace(call, caller=NOBODY) if call.caller == number else call for call in state.calls)
        row = replace(row, lease=LOST) if row.lease == number else row
        return self._with(replace(state, calls=calls, row=row), number, Run())

    def _with(self, state: State, number: int, run: Run) -> State:
        return replace(state, runs=(*state.runs[:number], run, *state.runs[number + 1 :]))

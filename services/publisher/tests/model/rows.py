"""What the code does to a delivery's row: ``DeliveryTransitions``, and ``DeliveryService.accept_due``."""

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.protocol.states import TAKES_DUE, UNCERTAIN, Cause, Status

from .world import NOBODY, Row, Rules, World, advance, replace


@dataclass
class Rows:
    world: World
    rules: Rules
    taken: set[tuple[Status, Cause]]

    def accept_due(self, row: Row | None, revision: int) -> Row:
        facts = revision if self.world.moved else 1
        if row is None:
            return Row(revision=revision, facts=facts)
        if revision <= row.revision:
            return row
        if row.status in UNCERTAIN and self.rules.keeps_due:
            return replace(row, revision=revision)
        if row.status not in TAKES_DUE:
            return row
        row = replace(row, revision=revision, facts=facts)
        return row if row.status is Status.PENDING else self.go_on(row, Cause.DUE_AGAIN)

    def start_sending(self, row: Row) -> Row:
        sending = self.advance(row, Cause.CHECKS_PASSED)
        return replace(sending, attempt=row.next_attempt, call_open=True)

    def advance(self, row: Row, cause: Cause) -> Row:
        after = advance(row, cause, self.rules)
        self.taken.add((row.status, cause))
        return after

    def release(self, row: Row, *, again: bool = True) -> Row:
        return replace(row, lease=NOBODY, due=again)

    def go_on(self, row: Row, cause: Cause) -> Row:
        """Make the transition; the row is due again."""
        return self.release(self.advance(row, cause))

    def end(self, row: Row, cause: Cause) -> Row:
        """Make the transition; nothing more happens automatically."""
        return self.release(self.advance(row, cause), again=False)

    def reconcile(self, row: Row, cause: Cause) -> Row:
        after = replace(self.advance(row, cause), repeated=row.uncertain, uncertain=True, call_open=False)
        return self.release(replace(after, key_used=row.key_used or cause is Cause.DUPLICATE))

    def retry_or_fail(self, row: Row) -> Iterator[Row]:
        yield self.end(row, Cause.RETRIES_SPENT)
        if row.attempt < self.world.keys:
            yield self.go_on(row, Cause.REJECTED_FOR_NOW)

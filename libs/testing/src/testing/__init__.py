"""For the tests of every service: private servers, migrated databases, a namespace on the broker, a manual clock."""

from testing.bus import Bus
from testing.clock import ManualClock
from testing.due import claim_due
from testing.events import assert_emitted, deliver, deliver_batch, deliver_twice, emitted

__all__ = ["Bus", "ManualClock", "assert_emitted", "claim_due", "deliver", "deliver_batch", "deliver_twice", "emitted"]

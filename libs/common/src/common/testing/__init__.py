"""What tests of every service need: private servers, migrated databases, a bus of their own, a clock that is set."""

from common.testing.bus import Bus
from common.testing.clock import ManualClock
from common.testing.events import assert_emitted, deliver, deliver_together, deliver_twice, emitted

__all__ = ["Bus", "ManualClock", "assert_emitted", "deliver", "deliver_together", "deliver_twice", "emitted"]

#!/app/venv/bin/python
"""The entry point of an image: `python -m $SERVICE` with the arguments of the container."""

import os
import runpy
import signal
import sys
from types import FrameType


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


# Process 1 ignores a signal without a handler, and importing a service takes seconds.
signal.signal(signal.SIGTERM, _stop)
sys.argv[0] = os.environ["SERVICE"]
runpy.run_module(os.environ["SERVICE"], run_name="__main__", alter_sys=False)

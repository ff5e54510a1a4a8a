"""What every provider stand-in shares: faults, a controllable clock, durable state, a request log, a server.

A stand-in is its own Starlette (or FastAPI) routes handed to `StandIn`, which adds under `/_control`:

| call | does |
|---|---|
| `GET/POST/DELETE /_control/faults` | switchable faults, see `sandbox.standin.faults` |
| `GET/DELETE /_control/requests` | a bounded log of what was asked and answered |
| `GET/POST/DELETE /_control/clock` | the stand-in's time: `{"advance_seconds": 61}` |
| `GET/POST /_control/config` | the stand-in's own switches; a POST changes only what it names |
| `POST /_control/reset` | forgets everything, back to the configuration that it was started with |
| `GET /livez` | `{"status": "ok"}` |
"""

from sandbox.standin.app import StandIn, StandInConfig
from sandbox.standin.clock import Clock
from sandbox.standin.faults import FaultKind, FaultRule, Faults
from sandbox.standin.server import Serving, serving, standin_cli
from sandbox.standin.store import Store

__all__ = [
    "Clock",
    "FaultKind",
    "FaultRule",
    "Faults",
    "Serving",
    "StandIn",
    "StandInConfig",
    "Store",
    "serving",
    "standin_cli",
]

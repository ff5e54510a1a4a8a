"""Shared by all provider stand-ins: faults, a controllable clock, durable state, a request log, a server.

A stand-in passes its own Starlette or FastAPI routes to `StandIn`, which adds these under `/_control`:

| call | does |
|---|---|
| `GET/POST/DELETE /_control/faults` | switchable faults, see `sandbox.standin.faults` |
| `GET/DELETE /_control/requests` | a bounded log of requests and responses |
| `GET/POST/DELETE /_control/clock` | the stand-in's time: `{"advance_seconds": 61}` |
| `GET/POST /_control/config` | the stand-in's switches; a POST changes only those that it contains |
| `POST /_control/reset` | deletes all state and restores the configuration of the start |
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

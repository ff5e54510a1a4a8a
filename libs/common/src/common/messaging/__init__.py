"""Events between services: emitted through the outbox, sent by the relay, handled once through the inbox.

Consumers are FastStream's (``router``, ``processor``, ``batching``, ``consumption``); the relay sends.
"""

from common.messaging.relay import Relay
from common.messaging.router import EventRouter

__all__ = ["EventRouter", "Relay"]

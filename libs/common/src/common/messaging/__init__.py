"""Events between services: emitted through the outbox, sent by the relay, handled once through the inbox."""

from common.messaging.broker import Broker
from common.messaging.consumer import Consumer
from common.messaging.relay import Relay
from common.messaging.worker import Worker

__all__ = ["Broker", "Consumer", "Relay", "Worker"]

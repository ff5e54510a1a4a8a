from dataclasses import dataclass

from pulseworks_contracts.queues import Queue


@dataclass(frozen=True)
class Names:
    """The names of one deployment on the broker; deployments that share a broker have different namespaces."""

    namespace: str = "pulseworks"

    @property
    def exchange(self) -> str:
        """The topic exchange that every event goes to; the routing key is the event's type."""
        return f"{self.namespace}.events"

    @property
    def dead_exchange(self) -> str:
        return f"{self.namespace}.dead"

    @property
    def log(self) -> str:
        """The stream that keeps all events."""
        return f"{self.namespace}.events.log"

    @property
    def gateway_queue(self) -> str:
        """The prefix of the queues of the gateway's replicas."""
        return f"{self.namespace}.gateway.revocations"

    @property
    def prefix(self) -> str:
        """The prefix of every queue."""
        return f"{self.namespace}."

    def queue(self, queue: Queue) -> str:
        return f"{self.prefix}{queue.name}"

    def dead_queue(self, queue: Queue) -> str:
        return f"{self.prefix}{queue.name}.dead"

from dataclasses import dataclass

from pulseworks_contracts.queues import Queue


@dataclass(frozen=True)
class Names:
    """The names of one deployment on the broker; several deployments share a broker under different namespaces."""

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
        """The stream that keeps what was sent."""
        return f"{self.namespace}.events.log"

    @property
    def gateway_queue(self) -> str:
        """What the name of each gateway replica's own queue begins with."""
        return f"{self.namespace}.gateway.revocations"

    @property
    def prefix(self) -> str:
        """What stands before the name of each queue."""
        return f"{self.namespace}."

    def queue(self, queue: Queue) -> str:
        return f"{self.prefix}{queue.name}"

    def dead_queue(self, queue: Queue) -> str:
        return f"{self.prefix}{queue.name}.dead"

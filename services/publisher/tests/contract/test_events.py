from common.settings import offline_settings
from publisher.events import CONSUMES
from publisher.factory import ProcessContext
from publisher.settings import PublisherSettings
from publisher.worker import create_worker
from pulseworks_contracts import ALL_QUEUES


def test_the_list_of_what_is_consumed_is_that_of_the_contracts() -> None:
    assert {queue for queue in ALL_QUEUES if queue.service == "publisher"} == set(CONSUMES)


async def test_every_bound_event_has_a_handler() -> None:
    """``Consumer.attach`` refuses a queue with an event that nobody handles."""
    context = ProcessContext.create(offline_settings(PublisherSettings))
    worker = create_worker(context)
    assert len(worker.broker.subscribers) == len(CONSUMES)
    await context.close()

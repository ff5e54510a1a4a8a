"""The relay alone, without the work of a service after an event was sent."""

import os
from collections.abc import Awaitable, Callable

from common.database import Database
from common.messaging import Relay

from dispatch.programs.living import live


async def start() -> Callable[[], Awaitable[None]]:
    database = Database(os.environ["DATABASE_URL"], service="scheduler")
    relay = Relay(database, os.environ["AMQP_URL"], os.environ["EVENTS_NAMESPACE"])
    await relay.start()

    async def stop() -> None:
        await relay.stop()
        await database.close()

    return stop


if __name__ == "__main__":
    live(start)

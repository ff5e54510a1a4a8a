"""A generation's progress as server-sent events, resumable by Last-Event-ID."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.sse import ServerSentEvent

from content.factory import Factory, ProcessContext
from content.generations.service import FINISHED

# Progress comes a few times a second at most; a look costs one short transaction.
_LOOK_SECONDS = 0.2


async def stream(
    context: ProcessContext, account_id: UUID, generation_id: UUID, after: int | None
) -> AsyncIterator[ServerSentEvent]:
    """Yield what happened after the event numbered ``after``, then what happens, until the generation has ended.

    Without a number the story begins with the latest run: what came before a retry has ended.
    """
    while True:
        async with context.database.transaction(account_id) as session:
            generations = Factory(context, session).generations()
            if after is None:
                after = await generations.before_last_run(generation_id)
            generation = await generations.get(generation_id)
            # read after the status: when that says ended, all that was told is here
            entries = await generations.progress_after(generation_id, after)
            ended = generation.status in FINISHED
        for entry in entries:
            after = entry.number
            yield ServerSentEvent(data=entry.data, event=entry.kind, id=str(entry.number))
        if ended:
            return
        await asyncio.sleep(_LOOK_SECONDS)

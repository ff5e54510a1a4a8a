"""A generation's progress as server-sent events, resumable by Last-Event-ID."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.sse import ServerSentEvent

from content.factory import Factory, ProcessContext
from content.generations.service import FINISHED

# A look costs one short transaction, so it pauses the longer the longer nothing came.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 1.0


async def stream(
    context: ProcessContext, account_id: UUID, generation_id: UUID, after: int | None
) -> AsyncIterator[ServerSentEvent]:
    """Yield what happened after the event numbered ``after``, then what happens, until the generation has ended.

    Without a number the story begins with the latest run: what came before a retry has ended.
    """
    pause = _FIRST_PAUSE
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
        pause = _FIRST_PAUSE if entries else min(pause * 1.5, _LONGEST_PAUSE)
        await asyncio.sleep(pause)

"""A generation's progress as server-sent events, resumable by Last-Event-ID."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

from fastapi.sse import ServerSentEvent

from content.factory import Factory, ProcessContext
from content.models import FINISHED_GENERATION

# Each poll is a short transaction. The pause grows while nothing happens.
_MIN_PAUSE_SECONDS, _MAX_PAUSE_SECONDS = 0.2, 1.0


async def stream_progress(
    context: ProcessContext, account_id: UUID, generation_id: UUID, after: int | None
) -> AsyncIterator[ServerSentEvent]:
    """Yield the entries after number ``after``, past and future, until the generation has finished.

    Without a number the stream begins with the latest run, because the entries of an earlier run end with `finished`.
    """
    pause = _MIN_PAUSE_SECONDS
    while True:
        async with context.database.transaction(account_id) as session:
            generations = Factory(context, session).generations()
            if after is None:
                after = await generations.before_last_run(generation_id)
            generation = await generations.get(generation_id)
            # Read after the status: once that is final, all entries are visible.
            entries = await generations.progress_after(generation_id, after)
            finished = generation.status in FINISHED_GENERATION
        for entry in entries:
            after = entry.number
            yield ServerSentEvent(data=entry.data, event=entry.kind, id=str(entry.number))
        if finished:
            return
        pause = _MIN_PAUSE_SECONDS if entries else min(pause * 1.5, _MAX_PAUSE_SECONDS)
        await asyncio.sleep(pause)

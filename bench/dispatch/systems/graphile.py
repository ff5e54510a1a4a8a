import asyncio
import json
from datetime import UTC, datetime

import asyncpg

from dispatch.posts import Post
from dispatch.processes import Program
from dispatch.systems.base import Round, System
from dispatch.systems.bullmq import NODE
from dispatch.systems.databases import emptied_database


class GraphileWorker(System):
    """Jobs with run_at; two workers that poll often and take jobs one by one, as by default."""

    name = "graphile-worker"
    note = "PostgreSQL 18"
    enqueue_seconds = 12.0
    poll_ms = 50
    concurrency = 10
    local_queue = 0

    def start(self, round_: Round) -> list[Program]:
        self._url = emptied_database(self.place.postgres_url, "graphile")
        environ = {
            **round_.environ,
            "PEERS": str(self.place.peers),
            "DATABASE_URL": self._url,
            "POLL_MS": str(self.poll_ms),
            "CONCURRENCY": str(self.concurrency),
            "LOCAL_QUEUE": str(self.local_queue),
        }
        first = Program(
            "graphile-worker 1", ["node", str(NODE / "graphile_worker.mjs")], environ, round_.folder / "graphile_1.log"
        )
        first.wait_until_ready()  # creates the schema
        second = Program(
            "graphile-worker 2", ["node", str(NODE / "graphile_worker.mjs")], environ, round_.folder / "graphile_2.log"
        )
        return [first, second]

    def enqueue(self, posts: list[Post]) -> None:
        asyncio.run(self._add(posts))

    async def _add(self, posts: list[Post]) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(
                "SELECT count(graphile_worker.add_job('post', payload, run_at := at)) "
                "FROM unnest($1::json[], $2::timestamptz[]) AS job (payload, at)",
                [json.dumps({"index": post.index, "body": post.event.to_json().decode()}) for post in posts],
                [datetime.fromtimestamp(post.due, UTC) for post in posts],
            )
            await connection.execute("ANALYZE")
        finally:
            await connection.close()


class GraphileLocalQueue(GraphileWorker):
    """The same with its throughput setting: jobs are taken 200 at a time and completed in batches."""

    name = "graphile-worker, local queue"
    poll_ms = 20
    local_queue = 200

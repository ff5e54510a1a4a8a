import asyncio
import json
from datetime import UTC, datetime

import asyncpg

from dispatch.install import python
from dispatch.posts import Post
from dispatch.processes import Program
from dispatch.systems.base import Round, System
from dispatch.systems.celery import BENCH
from dispatch.systems.databases import emptied_database


class Procrastinate(System):
    """Jobs with scheduled_at; two workers. Nothing wakes them at that time, so they poll, by default every 5 s."""

    name = "procrastinate"
    note = "PostgreSQL 18"
    poll_seconds = 0.02
    concurrency = 10

    def start(self, round_: Round) -> list[Program]:
        self._url = emptied_database(self.place.postgres_url, "procrastinate")
        environ = {
            **round_.environ,
            "DATABASE_URL": self._url,
            "POLL_SECONDS": str(self.poll_seconds),
            "CONCURRENCY": str(self.concurrency),
            "PYTHONPATH": str(BENCH),
        }
        command = [python(self.place.peers), "-m", "dispatch.programs.procrastinate_worker"]
        first = Program(
            "procrastinate 1", command, {**environ, "MAKE_SCHEMA": "1"}, round_.folder / "procrastinate_1.log"
        )
        first.wait_until_ready()  # creates the schema
        return [first, Program("procrastinate 2", command, environ, round_.folder / "procrastinate_2.log")]

    def enqueue(self, posts: list[Post]) -> None:
        asyncio.run(self._defer(posts))

    async def _defer(self, posts: list[Post]) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(
                "SELECT procrastinate_defer_jobs_v1(array_agg("
                "('posts', 'post', 0, NULL, NULL, args, at)::procrastinate_job_to_defer_v1)) "
                "FROM unnest($1::jsonb[], $2::timestamptz[]) AS job (args, at)",
                [json.dumps({"index": post.index, "body": post.event.to_json().decode()}) for post in posts],
                [datetime.fromtimestamp(post.due, UTC) for post in posts],
            )
            await connection.execute("ANALYZE")
        finally:
            await connection.close()

"""A procrastinate worker, run by the compared systems' interpreter."""

import asyncio
import os
from pathlib import Path

import procrastinate

from dispatch.marks import Marks

app = procrastinate.App(
    connector=procrastinate.PsycopgConnector(conninfo=os.environ["DATABASE_URL"], min_size=4, max_size=20)
)
marks = Marks(Path(os.environ["MARKS"]), int(os.environ["POSTS"]))


@app.task(name="post", queue="posts")
async def post(index: int, body: str) -> None:
    _ = body
    marks.note(index)


async def main() -> None:
    async with app.open_async():
        if os.environ.get("MAKE_SCHEMA"):
            await app.schema_manager.apply_schema_async()
        print("ready", flush=True)
        await app.run_worker_async(
            queues=["posts"],
            concurrency=int(os.environ["CONCURRENCY"]),
            fetch_job_polling_interval=float(os.environ["POLL_SECONDS"]),
            delete_jobs="always",
        )


if __name__ == "__main__":
    asyncio.run(main())

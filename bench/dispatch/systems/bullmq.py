import json
import os
import socket
import subprocess
from contextlib import closing
from pathlib import Path

from dispatch.posts import Post
from dispatch.processes import Program
from dispatch.systems.base import Round, System

NODE = Path(__file__).resolve().parents[1] / "programs" / "node"


class BullMQ(System):
    """Delayed jobs; two workers."""

    name = "BullMQ"
    note = "Redis 7, append-only file, fsync always"
    concurrency = 100
    enqueue_seconds = 8.0

    def start(self, round_: Round) -> list[Program]:
        flush(self.place.redis_port)
        environ = {
            **round_.environ,
            "PEERS": str(self.place.peers),
            "REDIS_PORT": str(self.place.redis_port),
            "CONCURRENCY": str(self.concurrency),
        }
        self._environ = environ
        return [
            Program(
                f"BullMQ worker {number}",
                ["node", str(NODE / "bullmq_worker.mjs")],
                environ,
                round_.folder / f"bullmq_{number}.log",
            )
            for number in (1, 2)
        ]

    def enqueue(self, posts: list[Post]) -> None:
        lines = "".join(
            json.dumps({"index": post.index, "due": post.due, "body": post.event.to_json().decode()}) + "\n"
            for post in posts
        )
        subprocess.run(
            ["node", str(NODE / "bullmq_enqueue.mjs")],
            input=lines.encode(),
            check=True,
            env={**os.environ, **self._environ},
        )


def flush(port: int) -> None:
    """Empty the Redis at this port."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(b"FLUSHALL\r\n")
        assert connection.recv(16).startswith(b"+OK")

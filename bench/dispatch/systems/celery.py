import json
import os
import secrets
import subprocess
from pathlib import Path

from dispatch.install import python
from dispatch.posts import Post
from dispatch.processes import Program
from dispatch.systems.base import Round, System

BENCH = Path(__file__).resolve().parents[2]


class Celery(System):
    """Tasks with an ETA: the worker takes all of them from the broker at once and keeps them in memory until then."""

    name = "Celery ETA"
    note = "RabbitMQ 3.10 classic queue, two pool processes"
    enqueue_seconds = 8.0

    def start(self, round_: Round) -> list[Program]:
        self._environ = {
            **round_.environ,
            "AMQP_URL": self.place.amqp_url,
            "QUEUE": f"celery-{secrets.token_hex(4)}",
            "PYTHONPATH": str(BENCH),
            "PYTHONWARNINGS": "ignore",
        }
        command = ["-m", "celery", "-A", "dispatch.programs.celery_app", "worker", "-c", "2", "-l", "ERROR"]
        options = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return [
            Program(
                "Celery worker",
                [python(self.place.peers), *command, *options],
                self._environ,
                round_.folder / "celery.log",
            )
        ]

    def enqueue(self, posts: list[Post]) -> None:
        lines = "".join(
            json.dumps({"index": post.index, "due": post.due, "body": post.event.to_json().decode()}) + "\n"
            for post in posts
        )
        subprocess.run(
            [python(self.place.peers), "-m", "dispatch.programs.celery_enqueue"],
            input=lines.encode(),
            check=True,
            env={**os.environ, **self._environ},
        )

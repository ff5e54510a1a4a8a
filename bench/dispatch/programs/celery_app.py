"""Celery's application, run by the compared systems' interpreter. It shares only the marks with us."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import worker_ready

from dispatch.marks import Marks

app = Celery("bench", broker=os.environ["AMQP_URL"])
app.conf.update(
    task_ignore_result=True,
    task_default_queue=os.environ["QUEUE"],
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
)
_marks: list[Marks] = []


@app.task(name="post")
def post(index: int, body: str) -> None:
    _ = body
    if not _marks:
        _marks.append(Marks(Path(os.environ["MARKS"]), int(os.environ["POSTS"])))
    _marks[0].note(index)


@worker_ready.connect
def _say(**_kwargs: object) -> None:
    print("ready", flush=True)

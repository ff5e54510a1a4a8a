"""Reads {"index", "due", "body"} lines and sends each as a task with an ETA, persistent by Celery's default."""

import json
import sys
from datetime import UTC, datetime

from dispatch.programs.celery_app import app, post

with app.producer_pool.acquire(block=True) as producer:
    for line in sys.stdin:
        job = json.loads(line)
        post.apply_async((job["index"], job["body"]), eta=datetime.fromtimestamp(job["due"], UTC), producer=producer)

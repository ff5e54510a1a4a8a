"""A program that owns one server, for tests that kill it: `owner.py KIND DIRECTORY [UID]`. A line of input stops it."""

import json
import os
import sys
from pathlib import Path

import aio_pika  # noqa: F401 - imported before the user changes, who may not be able to read the packages
from sandbox.stack.postgres import Postgres
from sandbox.stack.rabbitmq import RabbitMQ
from sandbox.stack.storage import Storage

SERVERS = {"postgres": Postgres, "rabbitmq": RabbitMQ, "storage": Storage}


def main(kind: str, directory: Path, uid: int | None) -> None:
    if uid is not None:
        "loaded before the interpreter's own folder may be out of reach".encode("idna")
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        os.environ["HOME"] = str(directory.parent)
    with SERVERS[kind](directory) as server:
        print(json.dumps({"url": server.url, "pid": server.pid, "uid": os.getuid()}), flush=True)
        sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else None)

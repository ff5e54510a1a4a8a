"""`python -m sandbox.stack.migrations`: runs `python -m <service> migrate` for several services in one process.

Reads a JSON list of `{"service", "admin_url", "runtime_url"}` from standard input. Each service's own command would
first import the whole service, which is most of a cold start.
"""

import asyncio
import importlib.util
import json
import sys
from pathlib import Path

from common.database.migrate import migrate


def folder_of(service: str) -> Path:
    """Return the folder of a service's alembic versions without importing the service."""
    found = importlib.util.find_spec(service)
    if found is None or found.origin is None:
        raise SystemExit(f"The service {service} is not installed.")
    return Path(found.origin).parent / "migrations" / "versions"


async def main() -> None:
    for order in json.load(sys.stdin):
        await migrate(order["service"], order["admin_url"], order["runtime_url"], folder_of(order["service"]))
        print(f"{order['service']} is migrated", flush=True)


if __name__ == "__main__":
    asyncio.run(main())

"""`make schema-snapshot`: schema and rows of this version, from a system that has been used, and its queues.

Each service gets `tests/integration/released_schema.sql`. Until the next snapshot its migrations are tested on it
(`testing.conventions`), so take one with every release. `libs/contracts/tests/released_queues.txt` is for the queues.
"""

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api
from sandbox.demo.story import Pace, Story
from sandbox.stack.environment import VARIABLES
from sandbox.stack.secrets_file import SERVICES_WITH_DATABASE
from testing.checkout import REPOSITORY, output

from .cluster import Cluster, running
from .releases import THIS, Release, earlier
from .rows import add_missing_rows

_PACE = Pace(posts=2, first=timedelta(seconds=4), between=timedelta(milliseconds=500))
_QUEUES = """
from pulseworks_contracts import ALL_QUEUES
for queue in ALL_QUEUES:
    for event in queue.events:
        print(queue.name, event.model_fields["type"].default)
"""
_COLLEAGUE = {"email": "colleague@harbour-physio.example", "role": "MEMBER"}
# psql's own commands and the settings of a session are not for asyncpg
_NOT_SQL = re.compile(r"^(\\.*|SET .*;|SELECT pg_catalog\.set_config.*;|--.*)\n", re.MULTILINE)


def main() -> None:
    parser = argparse.ArgumentParser(prog="upgrade.snapshot", description=__doc__)
    parser.add_argument("--at", help="a commit, instead of this checkout")
    options = parser.parse_args()
    release = earlier(options.at) if options.at else THIS
    environ = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    with tempfile.TemporaryDirectory(prefix="pulseworks-snapshot-") as folder:
        asyncio.run(_take(Path(folder), environ, release))
    sys.exit(0)


async def _take(folder: Path, environ: dict[str, str], release: Release) -> None:
    async with running(folder, environ, release, print) as cluster:
        await _use(cluster)
        await asyncio.sleep(3.0)  # events on their way to the read models and the audit log
        await cluster.stop()
        await add_missing_rows(cluster.stack.wiring.admin_database_url)
        _store_queues(release)
        for service in SERVICES_WITH_DATABASE:
            file = REPOSITORY / "services" / service / "tests" / "integration" / "released_schema.sql"
            file.write_text(_dump(cluster, service), encoding="utf-8")
            print(f"{file.relative_to(REPOSITORY)}: {file.stat().st_size // 1024} KiB")


def _store_queues(release: Release) -> None:
    """Store which types each queue takes."""
    file = REPOSITORY / "libs" / "contracts" / "tests" / "released_queues.txt"
    file.write_text(output([release.python, "-c", _QUEUES], REPOSITORY), encoding="utf-8")


async def _use(cluster: Cluster) -> None:
    """Have a business publish a part of its month, and use what the demo leaves out."""
    async with Api(cluster.stack.url) as api:
        website = cluster.stack.wiring.url("website")
        story = Story(api, BUSINESSES[0], website=website, report=lambda *_: None, pace=_PACE)
        await story.play("released")
        await api.call("POST", "/api/schedule/calendar")
        await api.call("POST", "/api/schedule/pause", {"reason": "Stocktaking"})
        invitation = await api.call("POST", "/api/auth/invitations", _COLLEAGUE)
        accepted = {"token": invitation["token"], "password": "another long enough password"}
        async with Api(cluster.stack.url) as colleague:
            await colleague.call("POST", "/api/auth/invitations/accept", accepted)
        members = (await api.call("GET", "/api/users"))["items"]
        member = next(user for user in members if user["role"] == "MEMBER")
        await api.call("PATCH", f"/api/users/{member['id']}", {"role": "ADMIN"})


def _dump(cluster: Cluster, service: str) -> str:
    """Return a schema with its rows as SQL statements."""
    program = cluster.stack.postgres.binaries / "pg_dump"
    options = ["--schema", service, "--inserts", "--rows-per-insert=50", cluster.stack.wiring.admin_database_url]
    done = subprocess.run([str(program), *options], capture_output=True, text=True, check=True)
    return re.sub(r"\n{3,}", "\n\n", _NOT_SQL.sub("", done.stdout)).lstrip()


if __name__ == "__main__":
    main()

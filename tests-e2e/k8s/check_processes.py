"""`make k8s-test`: the real processes, with the settings of the local overlay and with secrets as files.

Each Deployment's command is started with the variables and the files that its pod gets, at private servers; then
the probes ask what the kubelet would ask. The migrations run as the `migrator` of components/postgresql.
"""

import asyncio
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest
import yaml
from common.database import libpq_url
from common.database.migrate import migrate
from sandbox.stack.ports import free_port
from sandbox.stack.postgres import Postgres
from sandbox.stack.processes import ChildProcess
from sandbox.stack.rabbitmq import RabbitMQ
from sqlalchemy.engine import URL, make_url
from testing.servers import run, versions_of

from . import rendering as k8s
from .test_settings import README, environment

SERVICES = ("identity", "billing", "content", "scheduler", "publisher")
PROCESSES = {
    name.partition("/")[2]: workload
    for name, workload in k8s.workloads(k8s.overlay("local")).items()
    if k8s.is_ours(workload) and workload["kind"] == "Deployment"
}
LOCAL: dict[str, Any] = runpy.run_path(str(k8s.ROOT / "tools" / "k8s" / "local_secrets.py"))
SECRETS: dict[str, dict[str, str]] = LOCAL["contents"]()


def migrator_of_manifest() -> str:
    """Return CREATE ROLE for the login of the Cluster manifest."""
    (role,) = k8s.of_kind(k8s.overlay("production"), "Cluster")["postgresql"]["spec"]["managed"]["roles"]
    assert {key for key, value in role.items() if value is True} == {"login", "createrole"}
    return f"CREATE ROLE {role['name']} LOGIN CREATEROLE PASSWORD 'pw'"


async def prepare(admin: str, url: URL) -> None:
    connection = await asyncpg.connect(libpq_url(admin))
    await connection.execute(migrator_of_manifest())
    await connection.execute("CREATE DATABASE pulseworks OWNER migrator")
    await connection.close()
    login = url.set(username="migrator", password="pw").render_as_string(hide_password=False)
    for service in SERVICES:
        await migrate(service, login, runtime_url(url, service), versions_of(service))


def runtime_url(url: URL, service: str) -> str:
    password = make_url(SECRETS[service]["DATABASE_URL"]).password
    return url.set(username=service, password=password).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    """The address of a database that all services have migrated as `migrator`, which is no superuser."""
    with Postgres(tmp_path_factory.mktemp("postgres"), durable=False) as postgres:
        url = make_url(postgres.url).set(database="pulseworks")
        run(prepare(postgres.url, url))
        yield url


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server.url


def files_of(workload: k8s.Manifest, folder: Path, replaced: dict[str, str]) -> None:
    """Write the Secret as the kubelet does: each file is a link through a link to a folder of its own."""
    real = folder / "..2026_11_28"
    real.mkdir(parents=True)
    (folder / "..data").symlink_to(real.name)
    for variable, value in SECRETS[k8s.service_of(workload)].items():
        (real / variable).write_text(replaced.get(variable, value), encoding="utf-8")
        (folder / variable).symlink_to(Path("..data") / variable)


@pytest.mark.parametrize("name", PROCESSES)
async def test_probes_are_answered(name: str, migrated: URL, broker: str, tmp_path: Path) -> None:
    workload = PROCESSES[name]
    service = k8s.service_of(workload)
    container = k8s.pod(workload)["containers"][0]
    ports = {"http": free_port(), "operations": free_port()}
    replaced = {"AMQP_URL": broker}
    if service in SERVICES:
        replaced["DATABASE_URL"] = runtime_url(migrated, service)
    files_of(workload, tmp_path / "secrets", replaced)
    given = environment("local", workload) | {
        "HOST": "127.0.0.1",
        "PORT": str(ports["http"]),
        "OPERATIONS_PORT": str(ports["operations"]),
        "SECRETS_DIR": str(tmp_path / "secrets"),
    }
    child = ChildProcess(
        name,
        [sys.executable, "-m", service, *container["args"]],
        environ=given,
        log=tmp_path / "log",
        ready_url=f"http://127.0.0.1:{ports['operations']}/readyz",
    )
    await child.start()
    try:
        await child.wait_until_ready()
        async with httpx2.AsyncClient(timeout=10) as http:
            for kind in ("startup", "liveness", "readiness"):
                probe = container[f"{kind}Probe"]["httpGet"]
                response = await http.get(f"http://127.0.0.1:{ports[probe['port']]}{probe['path']}")
                assert response.status_code == 200, (kind, response.text)
            metrics = await http.get(f"http://127.0.0.1:{ports['operations']}/metrics")
            assert "pulseworks_" in metrics.text or "http_request_seconds" in metrics.text
        began = asyncio.get_running_loop().time()
        await child.stop()
        before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        grace = k8s.pod(workload)["terminationGracePeriodSeconds"]
        assert asyncio.get_running_loop().time() - began < grace - before
    finally:
        await child.stop()


async def test_statements_of_the_readme_are_valid(migrated: URL) -> None:
    statements = [text for _, text in re.findall(r"""-d pulseworks -c (["'])(SELECT.*?)\1""", README, re.DOTALL)]
    assert len(statements) >= 4
    admin = await asyncpg.connect(libpq_url(migrated.render_as_string(hide_password=False)))
    try:
        for statement in statements:
            await admin.execute(f"EXPLAIN {statement}")
    finally:
        await admin.close()


def test_local_secrets_are_those_that_the_local_overlay_uses() -> None:
    text = k8s.rendered_text(k8s.FOLDER / "overlays" / "local")
    used = set(re.findall(r"secretName: ([\w-]+)", text))
    used |= {
        source["secret"]["name"]
        for workload in k8s.workloads(k8s.overlay("local")).values()
        for volume in k8s.pod(workload).get("volumes", [])
        for source in volume.get("projected", {}).get("sources", [])
    }
    assert set(SECRETS) == used
    assert yaml.safe_load(yaml.safe_dump(LOCAL["manifests"]()))["kind"] == "List"

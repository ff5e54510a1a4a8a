"""Fixtures for all tests of the repository, and ``--invariants``, which lists the tests of each invariant."""

import gc
import re
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from common.database import Database
from common.errors import AppError
from common.http import routing
from sandbox.stack.postgres import Postgres
from sandbox.stack.rabbitmq import RabbitMQ

from testing.bus import Bus
from testing.clock import ManualClock
from testing.engine import BrokerServer, engine_answers
from testing.servers import DatabaseServer

pytest.register_assert_rewrite("testing.conventions")

_YOUNG_OBJECTS = 20_000
_SLOW = re.compile("/tests-e2e/(faults|scenarios)/")


@pytest.fixture(scope="session")
def database_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    """A PostgreSQL of this run alone: a container where an engine answers, else a private server."""
    if engine_answers():
        from testing.containers import postgres_container  # noqa: PLC0415 - its packages are slow to import

        with postgres_container() as url:
            yield DatabaseServer(url)
        return
    with Postgres(tmp_path_factory.mktemp("postgres"), durable=False) as postgres:
        yield DatabaseServer(postgres.url)


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerServer]:
    """A RabbitMQ of this run alone: a container where an engine answers, else a private server."""
    if engine_answers():
        from testing.containers import rabbitmq_container  # noqa: PLC0415 - its packages are slow to import

        with rabbitmq_container() as container:
            yield container
        return
    with RabbitMQ(tmp_path_factory.mktemp("rabbitmq")) as server:
        yield server


@pytest.fixture(scope="session")
def amqp_url(rabbitmq: BrokerServer) -> str:
    """RabbitMQ's address, as its administrator."""
    return rabbitmq.url


@pytest.fixture
def service_name(request: pytest.FixtureRequest) -> str:
    """The service that the test belongs to, by its path. Tests elsewhere override this fixture."""
    found = re.search(r"/services/(\w+)/tests/", request.path.as_posix())
    assert found is not None, f"{request.path} is in no service's tests: override the fixture service_name"
    return found[1]


@pytest.fixture
async def database(database_server: DatabaseServer, service_name: str) -> AsyncIterator[Database]:
    """The service's migrated database, empty, under its runtime role."""
    url = database_server.migrate(service_name)
    database_server.empty(service_name)
    opened = Database(url, service=service_name, pool_size=5)
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def declared_problems(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which a route answers with a problem that it does not declare with ``raises``."""
    undeclared: list[str] = []

    def report(route: str, error: AppError) -> None:
        undeclared.append(f"{route} answered {error.status} {error.code}: add {type(error).__name__} to its raises()")

    monkeypatch.setattr(routing, "report_undeclared", report)
    yield
    assert not undeclared, "; ".join(undeclared)


@pytest.fixture
async def bus(amqp_url: str) -> AsyncIterator[Bus]:
    """A namespace on the broker for this test. ``await bus.declare([...])`` the queues that it needs."""
    own = Bus(amqp_url, f"test-{secrets.token_hex(4)}")
    yield own
    await own.remove()


@pytest.fixture
def clock() -> ManualClock:
    """A clock that shows 2026-11-02 09:00 UTC until the test sets it."""
    return ManualClock()


def pytest_configure() -> None:
    # the same examples in every run, so that a failure in CI can be reproduced
    hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
    hypothesis.settings.load_profile("repeatable")
    # structlog's default renders tracebacks with all local variables, which takes seconds
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
        ]
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--invariants", action="store_true", help="list the tests of each invariant; fail if one has none")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in one worker, and all that share the running stack in one, since it starts in 15 s.

    Groups that take minutes come first, so that no worker runs one at the end while the other is idle.
    """
    items.sort(key=lambda item: not _SLOW.search(item.path.as_posix()))
    for item in items:
        shared = "tests-e2e/scenarios" in item.path.as_posix()
        item.add_marker(pytest.mark.xdist_group("stack" if shared else item.path.as_posix()))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    # Modules and collected tests are hundreds of thousands of objects, which each full collection would walk.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS)
    if not session.config.getoption("--invariants"):
        return
    guards: dict[str, list[str]] = defaultdict(list)
    for item in session.items:
        for marker in item.iter_markers("invariant"):
            for invariant in marker.args:
                guards[invariant].append(item.nodeid.partition("[")[0])
    known = _known_invariants(session.config.rootpath)
    for invariant in known:
        tests = sorted(set(guards[invariant]))
        print(f"{invariant}  {len(tests)} test{'' if len(tests) == 1 else 's'}")
        for test in tests:
            print(f"      {test}")
    missing = [invariant for invariant in known if not guards[invariant]]
    unknown = sorted(set(guards) - set(known))
    if missing or unknown:
        pytest.exit(f"without a test: {missing or 'none'}; named but not in docs/architecture.md: {unknown}", 1)
    pytest.exit(f"each of the {len(known)} invariants has a test", 0)


def _known_invariants(root: Path) -> list[str]:
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    return re.findall(r"^- \*\*([TEPM]\d+)\*\*", text, re.MULTILINE)

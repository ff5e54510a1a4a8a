import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

RUN = CliRunner()


@pytest.fixture(scope="module")
def probe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("probe_service", Path(__file__).with_name("probe_service.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AMQP_URL", "DATABASE_URL", "MIGRATION_DATABASE_URL", "IDENTITY_JWKS_URL", "API_KEY", "SECRETS_DIR"):
        monkeypatch.delenv(name, raising=False)


def test_every_service_has_the_same_commands(probe: ModuleType) -> None:
    said = RUN.invoke(probe.app, ["--help"], env={"TERM": "dumb", "COLUMNS": "200"}).output
    for command in ("api", "worker", "serve", "migrate", "openapi", "asyncapi", "doctor", "dead-letters"):
        assert command in said


def test_openapi_is_printed_without_any_setting(probe: ModuleType) -> None:
    result = RUN.invoke(probe.app, ["openapi"])
    assert result.exit_code == 0
    document = json.loads(result.stdout.removeprefix("context closed\n"))
    assert set(document["paths"]) == {"/probe/slow", "/guarded"}


def test_asyncapi_is_printed_without_any_setting(probe: ModuleType) -> None:
    result = RUN.invoke(probe.app, ["asyncapi"])
    assert result.exit_code == 0
    assert "publisher.due" in json.loads(result.stdout)["channels"]


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("command", ["api", "worker", "serve"])
def test_a_process_with_a_missing_secret_does_not_start(probe: ModuleType, command: str) -> None:
    environment = {
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "DATABASE_URL": "postgresql://u@127.0.0.1:1/d",
        "IDENTITY_JWKS_URL": "http://127.0.0.1:1",
        "API_KEY": "",
    }
    result = RUN.invoke(probe.app, [command], env=environment)
    assert result.exit_code == 2
    assert result.stderr.startswith("The settings are incomplete: set API_KEY (missing or empty)")


def test_a_service_without_tables_has_nothing_to_migrate(probe: ModuleType) -> None:
    result = RUN.invoke(probe.app, ["migrate"])
    assert (result.exit_code, result.stdout) == (0, "publisher has no tables.\n")


def test_an_unknown_queue_is_answered_with_the_known_ones(probe: ModuleType) -> None:
    environment = {"AMQP_URL": "amqp://127.0.0.1:1/", "TERM": "dumb", "COLUMNS": "300"}
    result = RUN.invoke(probe.app, ["dead-letters", "list", "--queue", "content.schedule"], env=environment)
    assert result.exit_code == 2
    assert "publisher.due" in result.stderr

"""`.env.example` and `docker-compose.yml` against the settings of the services."""

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import pytest
from common.runtime.settings import DatabaseSettings, MigrationSettings, offline_settings
from common.runtime.stopping import STOP_SECONDS, grace_seconds
from sandbox.compose import compose_settings, filled_in
from sandbox.stack import processes
from sandbox.stack.environment import ExternalServices

from .files import ROOT, SERVICES, Entry, compose, compose_variables, entries, settings_of, users

ENTRIES = {entry.name: entry for entry in entries()}
COMPOSE = compose()
GROUPS = {
    "all": frozenset(SERVICES),
    "databases": frozenset(service for service in SERVICES if issubclass(settings_of(service), DatabaseSettings)),
}
# Behind the gateway every connection is the gateway's own, and nobody but it reaches a port.
GATEWAY_ONLY = {"OPERATIONS_PORT", "MAX_CONNECTIONS_PER_CLIENT"}
# Read before there are settings, or by Compose itself.
OTHERS = {"SECRETS_DIR", "COMPOSE_PROFILES"}
SECRET = re.compile(r"PASSWORD|SECRET|API_KEY|SIGNING_KEY|ACCESS_KEY")
PROCESSES = {name: name.removesuffix("-api").removesuffix("-worker") for name in COMPOSE["services"]}
PROCESSES = {name: service for name, service in PROCESSES.items() if service in SERVICES}
MIGRATIONS = [name for name in COMPOSE["services"] if name.endswith("-migrations")]
OURS = [name for name, definition in COMPOSE["services"].items() if "build" in definition]


def _named(entry: Entry) -> frozenset[str]:
    return frozenset().union(*(GROUPS.get(who, {who}) for who in entry.who))


def _shown(value: object) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_every_variable_is_described_once_and_exists() -> None:
    names = [entry.name for entry in entries()]
    assert len(names) == len(set(names))
    assert set(names) == users().keys() | compose_variables() | OTHERS
    assert [name for name, entry in ENTRIES.items() if not entry.meaning and not name.endswith("_PASSWORD")] == []


@pytest.mark.parametrize("name", sorted(users()))
def test_a_variable_names_the_services_that_read_it_and_their_default(name: str) -> None:
    entry = ENTRIES[name]
    readers = users()[name]
    assert _named(entry) == (frozenset({"gateway"}) if name in GATEWAY_ONLY else readers)
    for service in readers & _named(entry) & frozenset(SERVICES):
        field = settings_of(service).model_fields[name.lower()]
        assert entry.default == (None if field.is_required() else _shown(field.default))


def test_the_file_shows_defaults_and_no_secrets() -> None:
    assert {name: entry.value for name, entry in ENTRIES.items() if entry.value != (entry.default or "")} == {}
    assert [
        name for name, entry in ENTRIES.items() if SECRET.search(name) and entry.value and entry.default is None
    ] == []


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_gets_each_variable_of_its_service_and_no_other(name: str) -> None:
    service = PROCESSES[name]
    wanted = {field.upper() for field in settings_of(service).model_fields}
    given = COMPOSE["services"][name]["environment"].keys()
    assert given == wanted - {"HOST"} - (set() if service == "gateway" else GATEWAY_ONLY)


async def test_the_grace_period_is_the_time_to_stop() -> None:
    """Of the containers, and of `make run`, whose processes run the worker too."""
    longest = {service: await _stop_seconds(service) for service in SERVICES}
    for name, service in PROCESSES.items():
        definition = COMPOSE["services"][name]
        seconds = STOP_SECONDS if definition["command"] == ["api"] else longest[service]
        assert definition["stop_grace_period"] == f"{grace_seconds(seconds):g}s", name
    assert grace_seconds(max(longest.values())) == processes.STOP_SECONDS


async def _stop_seconds(name: str) -> float:
    service = import_module(f"{name}.__main__").service
    context = service.create_context(offline_settings(service.settings, dict(service.offline())))
    try:
        seconds: float = service.create_worker(context).stop_seconds
    finally:
        await context.close()
    return seconds


@pytest.mark.parametrize("name", MIGRATIONS)
def test_a_migration_gets_no_secret_but_the_logins(name: str) -> None:
    given = COMPOSE["services"][name]["environment"].keys()
    assert given == {field.upper() for field in MigrationSettings.model_fields}


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_process_accepts_the_settings_that_make_compose_env_writes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ENTRIES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in _resolved(COMPOSE["services"][name]["environment"], _written()):
        monkeypatch.setenv(variable, value)
    loaded = settings_of(PROCESSES[name]).load()
    assert loaded.amqp_url.get_secret_value().endswith("@rabbitmq:5672/")


def _written() -> Mapping[str, str]:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    text = filled_in(example, compose_settings(ExternalServices({})))
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def _resolved(environment: Mapping[str, Any], written: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in environment.items():
        if value is not None:
            yield name, re.sub(r"\$\{(\w+)(:[?-])?([^}]*)\}", lambda m: written.get(m[1]) or m[3], str(value))
        elif name in written:
            yield name, written[name]


def test_what_make_compose_env_writes_leaves_no_required_variable_empty() -> None:
    written = _written()
    passed_on = users().keys() - {name for name, value in _all_values() if value is not None}
    required = {name for name in passed_on | compose_variables() if ENTRIES[name].default is None}
    assert {name for name in required if not written.get(name)} == set()


def _all_values() -> Iterator[tuple[str, Any]]:
    for definition in COMPOSE["services"].values():
        yield from (definition.get("environment") or {}).items()


def test_a_key_in_the_environment_selects_the_real_provider() -> None:
    settings = compose_settings(ExternalServices({"OPENAI_API_KEY": "sk-real"}))
    assert settings["OPENAI_API_KEY"] == "sk-real"
    assert settings["OPENAI_BASE_URL"] == "https://api.openai.com/v1"
    assert settings["STRIPE_BASE_URL"] == "http://stripe.localhost:7508"


@pytest.mark.parametrize("name", OURS)
def test_our_containers_have_no_rights_that_they_do_not_need(name: str) -> None:
    definition = COMPOSE["services"][name]
    assert definition["read_only"] is True
    assert definition["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in definition["security_opt"]
    assert ("healthcheck" in definition) is (definition["restart"] != "no")


def test_nothing_is_reachable_from_other_machines_or_has_a_floating_version() -> None:
    for name, definition in COMPOSE["services"].items():
        assert all(port.startswith("127.0.0.1:") for port in definition.get("ports", [])), name
        assert ":" in definition["image"], name
        assert not definition["image"].endswith(":latest"), name


def test_the_dockerfile_knows_every_package_and_runs_programs_without_a_shell_and_without_rights() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = set(re.findall(r"^COPY (\S+)/pyproject\.toml", dockerfile, re.MULTILINE))
    assert copied == {"libs/contracts", "libs/common", "sandbox", *(f"services/{service}" for service in SERVICES)}
    started = re.findall(r"^(?:ENTRYPOINT|CMD) (.)", dockerfile, re.MULTILINE)
    assert set(started) == {"["}
    finals = [stage for stage in re.split(r"^FROM ", dockerfile, flags=re.MULTILINE) if "ENTRYPOINT" in stage]
    assert len(finals) == 2
    assert all("\nUSER 10001:10001\n" in stage for stage in finals)
    assert all("org.opencontainers.image.revision" in stage for stage in finals)

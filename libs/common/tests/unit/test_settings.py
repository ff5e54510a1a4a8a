from pathlib import Path
from typing import Annotated

import pytest
from common.runtime.settings import (
    DatabaseSettings,
    MigrationSettings,
    Offline,
    ProcessSettings,
    ServiceSettings,
    load_settings,
    offline_settings,
)
from pydantic import SecretStr

SECRET = "hunter2"


class Settings(ServiceSettings):
    api_key: SecretStr
    signing_key: Annotated[SecretStr, Offline("-----BEGIN")]
    timeout_seconds: float = 3.0


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRETS_DIR", *(field.upper() for field in Settings.model_fields), "MIGRATION_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def fill(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    values = {
        "AMQP_URL": f"amqp://u:{SECRET}@broker:5672/",
        "DATABASE_URL": f"postgresql://u:{SECRET}@host:5432/db",
        "IDENTITY_JWKS_URL": "http://identity/.well-known/jwks.json",
        "API_KEY": SECRET,
        "SIGNING_KEY": SECRET,
        **changed,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as caught:
        load_settings(Settings)
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert SECRET not in said.err
    assert said.err.count("\n") == 1
    return said.err


def test_settings_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(monkeypatch, PORT="9000", LOG_FORMAT="console", UNKNOWN="ignored")
    settings = load_settings(Settings)
    assert settings.port == 9000
    assert settings.api_key.get_secret_value() == SECRET
    assert settings.events_namespace == "pulseworks"


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("name", ["API_KEY", "SIGNING_KEY", "DATABASE_URL", "AMQP_URL"])
@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_an_empty_or_blank_secret_counts_as_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, blank: str
) -> None:
    fill(monkeypatch, **{name: blank})
    assert f"set {name} (missing or empty)" in refusal(capsys)


def test_one_message_names_all_missing_and_invalid_settings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(monkeypatch, PORT=SECRET, DATABASE_URL=f"mysql://{SECRET}", AMQP_URL=SECRET, IDENTITY_JWKS_URL=SECRET)
    monkeypatch.delenv("API_KEY")
    said = refusal(capsys)
    for name in ("API_KEY", "PORT", "DATABASE_URL", "AMQP_URL", "IDENTITY_JWKS_URL"):
        assert name in said


@pytest.mark.invariant("M3")
def test_the_representation_of_settings_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    fill(monkeypatch)
    settings = load_settings(Settings)
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.model_dump())


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_scheme_of_a_database_url_becomes_asyncpg(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    fill(monkeypatch, DATABASE_URL=f"{scheme}://u:p@h/d?a=b")
    assert load_settings(DatabaseSettings).database_url.get_secret_value() == "postgresql+asyncpg://u:p@h/d?a=b"


def test_secrets_may_be_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fill(monkeypatch)
    monkeypatch.delenv("API_KEY")
    (tmp_path / "api_key").write_text("from a file\n")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    assert load_settings(Settings).api_key.get_secret_value() == "from a file"


def test_migration_needs_no_other_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/d")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", "postgresql://admin@h/d")
    assert load_settings(MigrationSettings).migration_database_url.get_secret_value().endswith("admin@h/d")


def test_offline_settings_need_and_read_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "not a port")
    monkeypatch.setenv("API_KEY", SECRET)
    settings = offline_settings(Settings, {"signing_key": "given"})
    assert settings.signing_key.get_secret_value() == "given"
    assert settings.api_key.get_secret_value() == "offline"
    assert settings.port == 8000
    assert offline_settings(Settings).signing_key.get_secret_value() == "-----BEGIN"


def test_a_field_without_an_offline_value_is_an_error() -> None:
    class Odd(ProcessSettings):
        workers: int

    with pytest.raises(TypeError, match="WORKERS"):
        offline_settings(Odd)

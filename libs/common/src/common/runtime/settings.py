"""Settings come from the environment or from files, once per process, and never reach a log."""

import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

__all__ = [
    "AmqpUrl",
    "BaseUrl",
    "DatabaseSettings",
    "DatabaseUrl",
    "MigrationSettings",
    "Offline",
    "ProcessSettings",
    "ServiceSettings",
    "load_settings",
    "offline_settings",
]


@dataclass(frozen=True, slots=True)
class Offline:
    """What a required setting holds when only specifications are printed and nothing is connected."""

    value: str


def _database_url(url: SecretStr) -> SecretStr:
    scheme, separator, rest = url.get_secret_value().partition("://")
    if not separator or scheme not in {"postgres", "postgresql", "postgresql+asyncpg"} or not rest:
        raise ValueError("must look like postgresql://user:password@host:5432/database")
    return SecretStr(f"postgresql+asyncpg://{rest}")


def _amqp_url(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"amqp", "amqps"} or not parts.hostname:
        raise ValueError("must look like amqp://user:password@host:5672/")
    return url


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must look like https://host")
    return url.rstrip("/")


DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url), Offline("postgresql://offline@127.0.0.1:1/offline")]
"""A PostgreSQL URL, whatever its spelling; held as `postgresql+asyncpg://`. Read by `get_secret_value()`."""

AmqpUrl = Annotated[SecretStr, AfterValidator(_amqp_url), Offline("amqp://127.0.0.1:1/")]
BaseUrl = Annotated[str, AfterValidator(_base_url), Offline("http://127.0.0.1:1")]
"""An http(s) address without its trailing slash."""


_reads_nothing: ContextVar[bool] = ContextVar("reads_nothing", default=False)


class _Settings(BaseSettings):
    """An empty variable counts as a missing one, and so does a blank one: such a secret protects as little as none."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", hide_input_in_errors=True)

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    log_format: Literal["json", "console"] = "json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, dotenv_settings
        if _reads_nothing.get():
            return (init_settings,)
        return (init_settings, env_settings, file_secret_settings)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_missing(cls, values: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if not (isinstance(value, str) and not value.strip())}

    @classmethod
    def load(cls) -> Self:
        """Read the environment, and the files of the folder SECRETS_DIR when it is set."""
        return cls(_secrets_dir=os.environ.get("SECRETS_DIR") or None)


class ProcessSettings(_Settings):
    """What every process has."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    otel_exporter_otlp_endpoint: BaseUrl | None = None
    amqp_url: AmqpUrl
    events_namespace: str = Field(default="pulseworks", pattern=r"^[a-z][a-z0-9_.-]{0,99}$")


class DatabaseSettings(ProcessSettings):
    """A process with a schema of its own. MIGRATION_DATABASE_URL is for `migrate` alone."""

    database_url: DatabaseUrl


class ServiceSettings(DatabaseSettings):
    """A service that verifies access tokens with identity's public keys."""

    identity_jwks_url: BaseUrl


class MigrationSettings(_Settings):
    """What `migrate` needs, so that the job holds no other secret of the service."""

    database_url: DatabaseUrl
    migration_database_url: DatabaseUrl


SettingsT = TypeVar("SettingsT", bound=_Settings)


def load_settings(settings: type[SettingsT]) -> SettingsT:
    """Return the settings, or say in one sentence what is wrong with the environment and exit with 2.

    The sentence names variables and never their values.
    """
    try:
        return settings.load()
    except ValidationError as error:
        sys.stderr.write(_sentence(error) + "\n")
        raise SystemExit(2) from None


def _sentence(error: ValidationError) -> str:
    missing = [_variable(e["loc"]) for e in error.errors() if e["type"] == "missing"]
    invalid = [f"{_variable(e['loc'])} ({_reason(e)})" for e in error.errors() if e["type"] != "missing"]
    parts = []
    if missing:
        parts.append(f"set {', '.join(missing)} (missing or empty)")
    if invalid:
        parts.append(f"correct {', '.join(invalid)}")
    todo = " and ".join(parts)
    return f"The settings are incomplete: {todo} in the environment or in a file in SECRETS_DIR."


def _variable(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "the combination of the settings"


def _reason(error: Any) -> str:
    return str(error["msg"]).removeprefix("Value error, ")


def offline_settings(settings: type[SettingsT], values: dict[str, Any] | None = None) -> SettingsT:
    """Return settings that connect to nothing, for `openapi` and `asyncapi`; the environment is not read.

    `values` are for the fields whose placeholder has to be real in its form, such as a signing key.
    """
    filled = {
        name: _placeholder(name, field)
        for name, field in settings.model_fields.items()
        if field.is_required() and name not in (values or {})
    }
    token = _reads_nothing.set(True)
    try:
        return settings(**{**filled, **(values or {})})
    finally:
        _reads_nothing.reset(token)


def _placeholder(name: str, field: FieldInfo) -> Any:
    for metadata in field.metadata:
        if isinstance(metadata, Offline):
            return metadata.value
    if field.annotation in {str, SecretStr}:
        return "offline"
    raise TypeError(f"{name.upper()} has no offline value: annotate it with Offline(...)")

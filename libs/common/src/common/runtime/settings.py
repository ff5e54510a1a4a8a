"""Settings from the environment or from files. They are read once per process and never logged."""

import ipaddress
import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from common.database import DatabaseLimits
from common.http.client_address import Network
from common.runtime.connections import ConnectionLimits

__all__ = [
    "AmqpUrl",
    "BaseUrl",
    "DatabaseSettings",
    "DatabaseUrl",
    "MigrationSettings",
    "Networks",
    "Offline",
    "Origins",
    "ProcessSettings",
    "ServiceSettings",
    "load_settings",
    "offline_settings",
]


@dataclass(frozen=True, slots=True)
class Offline:
    """The value of a required setting when only specifications are printed."""

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


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _network(value: object) -> object:
    try:
        return ipaddress.ip_network(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError("must be networks such as 10.0.0.0/8 or 2001:db8::/32, separated by commas") from None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or url != f"{parts.scheme}://{parts.netloc}".lower():
        raise ValueError("must be origins such as https://app.example.com, separated by commas")
    return url


Networks = Annotated[tuple[Annotated[Network, BeforeValidator(_network)], ...], NoDecode, BeforeValidator(_listed)]
"""Networks in CIDR notation, separated by commas; an address alone is a network of one."""

Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_listed)]
"""Origins of web pages, separated by commas: scheme, host and port if it is not the scheme's own."""

DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url), Offline("postgresql://offline@127.0.0.1:1/offline")]
"""A PostgreSQL URL with any usual scheme, kept as `postgresql+asyncpg://`. Read it with `get_secret_value()`."""

AmqpUrl = Annotated[SecretStr, AfterValidator(_amqp_url), Offline("amqp://127.0.0.1:1/")]
BaseUrl = Annotated[str, AfterValidator(_base_url), Offline("http://127.0.0.1:1")]
"""An http(s) address without its trailing slash."""


_offline: ContextVar[bool] = ContextVar("offline", default=False)


class _Settings(BaseSettings):
    """An empty or blank variable counts as missing: as a secret it would protect nothing."""

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
        if _offline.get():
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
    """The settings of every process."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    operations_port: int | None = Field(default=None, ge=0, le=65535)
    """Port for `/livez`, `/readyz` and `/metrics` alone. None: they are served at PORT."""
    request_head_seconds: float = Field(default=10, gt=0)
    """How long the headers of a request may take."""
    request_body_window_seconds: float = Field(default=10, gt=0)
    request_body_bytes_per_second: int = Field(default=1024, gt=0)
    """The least that a client must send of a body, on average over each window."""
    response_stall_seconds: float = Field(default=60, gt=0)
    """How long a client may take none of a response that waits for it."""
    max_connections: int = Field(default=4096, gt=0)
    max_connections_per_client: int | None = Field(default=None, gt=0)
    """Connections from one IPv4 address or IPv6 /64. None: no bound, as behind the gateway."""
    otel_exporter_otlp_endpoint: BaseUrl | None = None
    amqp_url: AmqpUrl
    events_namespace: str = Field(default="pulseworks", pattern=r"^[a-z][a-z0-9_.-]{0,99}$")

    @property
    def proxies(self) -> Networks:
        """The networks of trusted proxies, to which the bound per client does not apply."""
        return ()

    @property
    def connection_limits(self) -> ConnectionLimits:
        return ConnectionLimits(
            head_seconds=self.request_head_seconds,
            body_window_seconds=self.request_body_window_seconds,
            body_bytes_per_second=self.request_body_bytes_per_second,
            response_stall_seconds=self.response_stall_seconds,
            connections=self.max_connections,
            connections_per_client=self.max_connections_per_client,
        )


class DatabaseSettings(ProcessSettings):
    """The settings of a process with its own schema. Only `migrate` uses MIGRATION_DATABASE_URL."""

    database_url: DatabaseUrl
    database_pool_size: int = Field(default=6, ge=1, le=1000)
    """Connections of a process for requests and events. All processes together must stay below the server's limit: see
    "Connections" in the README of `libs/common`."""
    database_cross_account_pool_size: int = Field(default=3, ge=1, le=1000)
    """Connections of a worker for its due loops, besides one for each loop."""
    database_statement_timeout_seconds: float = Field(default=30, gt=0)
    """The server ends a statement after this time. `migrate` and retention have no limit."""
    database_lock_timeout_seconds: float = Field(default=10, gt=0)
    """The server ends a statement that waits longer for one lock."""
    database_idle_transaction_timeout_seconds: float = Field(default=60, gt=0)
    """The server closes a connection whose transaction does nothing for this time."""

    @property
    def database_limits(self) -> DatabaseLimits:
        return DatabaseLimits(
            pool_size=self.database_pool_size,
            cross_account_pool_size=self.database_cross_account_pool_size,
            statement_seconds=self.database_statement_timeout_seconds,
            lock_seconds=self.database_lock_timeout_seconds,
            idle_in_transaction_seconds=self.database_idle_transaction_timeout_seconds,
        )


class ServiceSettings(DatabaseSettings):
    """The settings of a service that verifies access tokens with identity's public keys."""

    identity_jwks_url: BaseUrl


class MigrationSettings(_Settings):
    """The settings of `migrate`, so that its job needs no other secret of the service."""

    database_url: DatabaseUrl
    migration_database_url: DatabaseUrl


SettingsT = TypeVar("SettingsT", bound=_Settings)


def load_settings(settings: type[SettingsT]) -> SettingsT:
    """Return the settings, or print what is wrong with the environment and exit with 2.

    The message names variables, never their values.
    """
    try:
        return settings.load()
    except ValidationError as error:
        sys.stderr.write(_message(error) + "\n")
        raise SystemExit(2) from None


def _message(error: ValidationError) -> str:
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
    """Return settings for `openapi` and `asyncapi`, without the environment and without real addresses.

    `values` are for fields whose placeholder must be well-formed, such as a signing key.
    """
    filled = {
        name: _placeholder(name, field)
        for name, field in settings.model_fields.items()
        if field.is_required() and name not in (values or {})
    }
    token = _offline.set(True)
    try:
        return settings(**{**filled, **(values or {})})
    finally:
        _offline.reset(token)


def _placeholder(name: str, field: FieldInfo) -> Any:
    for metadata in field.metadata:
        if isinstance(metadata, Offline):
            return metadata.value
    if field.annotation in {str, SecretStr}:
        return "offline"
    raise TypeError(f"{name.upper()} has no offline value: annotate it with Offline(...)")

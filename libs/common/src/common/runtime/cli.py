"""The commands that every service has, such as `python -m <service> doctor`."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, Protocol, TypeVar

import typer
from fastapi import FastAPI
from pulseworks_contracts import ALL_QUEUES, Queue

from common.http.app import create_app
from common.http.context import ApiContext
from common.runtime import doctor as doctors
from common.runtime.doctor import Diagnosis
from common.runtime.process import BackgroundWorker, Parts, start_process
from common.runtime.settings import MigrationSettings, ProcessSettings, ServiceSettings, load_settings, offline_settings
from common.runtime.specification import asyncapi_document
from common.telemetry import configure_logging

__all__ = ["Service", "ServiceContext", "moment", "openapi_document", "service_cli"]

SettingsT = TypeVar("SettingsT", bound=ProcessSettings)
ContextT = TypeVar("ContextT", bound="ServiceContext")


class ServiceContext(ApiContext, Protocol):
    """What the command line needs of a process context."""

    def diagnoses(self) -> Sequence[Diagnosis]:
        """Return the checks of `doctor` for what only this service depends on."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Service(Generic[SettingsT, ContextT]):
    """How a service is wired. Nothing is connected, read or built before a command runs.

    `offline` returns settings, by field name, whose placeholder must be well-formed (a signing key).
    `migrations` is the folder of the alembic versions; None: the service has no tables.
    """

    name: str
    title: str
    settings: type[SettingsT]
    create_context: Callable[[SettingsT], ContextT]
    create_api: Callable[[ContextT], FastAPI]
    create_worker: Callable[[ContextT], BackgroundWorker] | None = None
    migrations: Path | None = None
    offline: Callable[[], Mapping[str, Any]] = dict


def moment(text: str) -> datetime:
    """Parse an option that is a moment. It must say its offset, as `2026-11-27 09:00:00+00` does."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no ISO 8601 time") from None
    if parsed.tzinfo is None:
        raise typer.BadParameter(f"{text} has no offset; for UTC add +00")
    return parsed


def openapi_document(service: Service[Any, Any]) -> dict[str, Any]:
    """Return the OpenAPI document of a service, without a database, a broker or a secret."""

    async def make() -> dict[str, Any]:
        context = service.create_context(offline_settings(service.settings, dict(service.offline())))
        try:
            document: dict[str, Any] = service.create_api(context).openapi()
        finally:
            await context.close()
        return document

    return asyncio.run(make())


def service_cli(service: Service[Any, Any]) -> typer.Typer:
    """Return the command line of a service, for its `__main__`."""
    app = typer.Typer(help=service.title, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    _add_processes(app, service)
    _add_migrate(app, service)
    _add_documents(app, service)
    _add_doctor(app, service)
    app.add_typer(_dead_letters(service), name="dead-letters")
    return app


def _add_processes(app: typer.Typer, service: Service[Any, Any]) -> None:
    def start(build: Callable[[Any], Parts], *, worker_only: bool = False) -> None:
        settings = load_settings(service.settings)
        start_process(service.name, settings, lambda: build(service.create_context(settings)), worker_only=worker_only)

    def work(context: Any) -> BackgroundWorker | None:
        return None if service.create_worker is None else service.create_worker(context)

    @app.command()
    def api() -> None:
        """Serve HTTP only."""
        start(lambda context: (context, service.create_api(context), None))

    @app.command()
    def worker() -> None:
        """Consume events, relay and run the due loops; serve health and metrics only."""

        def build(context: Any) -> Parts:
            operations = create_app(title=service.title, service=service.name, context=context, routers=[])
            return context, operations, work(context)

        start(build, worker_only=True)

    @app.command()
    def serve() -> None:
        """Serve HTTP and run the worker in one process."""
        start(lambda context: (context, service.create_api(context), work(context)))


def _add_migrate(app: typer.Typer, service: Service[Any, Any]) -> None:
    @app.command()
    def migrate() -> None:
        """Create the roles and the schema, and apply the migrations, with MIGRATION_DATABASE_URL."""
        if service.migrations is None:
            typer.echo(f"{service.name} has no tables.")
            return
        # Imported here: only this command needs alembic.
        from common.database.migrate import RightMissingError
        from common.database.migrate import migrate as apply

        settings = load_settings(MigrationSettings)
        configure_logging(service.name, level=settings.log_level, style=settings.log_format)
        admin, runtime = settings.migration_database_url, settings.database_url
        try:
            asyncio.run(apply(service.name, admin.get_secret_value(), runtime.get_secret_value(), service.migrations))
        except (ValueError, OSError, RightMissingError) as error:
            typer.echo(f"The migration did not run: {error}", err=True)
            raise typer.Exit(1) from None


def _add_documents(app: typer.Typer, service: Service[Any, Any]) -> None:
    @app.command()
    def openapi() -> None:
        """Print the OpenAPI document."""
        typer.echo(json.dumps(openapi_document(service), indent=2, ensure_ascii=False))

    @app.command()
    def asyncapi() -> None:
        """Print the AsyncAPI document: the events that the service sends and receives."""
        document = asyncapi_document(service.name, title=f"{service.title}: events")
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _add_doctor(app: typer.Typer, service: Service[Any, Any]) -> None:
    @app.command()
    def doctor(
        process: Annotated[
            Literal["api", "worker"] | None, typer.Option(help="Check only what this process uses; by default all.")
        ] = None,
    ) -> None:
        """Check what the service depends on: one line each, with the cure. Exits with 1 if something is wrong."""
        settings = load_settings(service.settings)
        configure_logging(service.name, level=settings.log_level, style=settings.log_format)
        logging.disable()  # what is wrong is in the lines of the checks
        results = asyncio.run(_examined(service, settings, process))
        for result in results:
            typer.echo(str(result))
        if not all(result.ok for result in results):
            raise typer.Exit(1)


async def _examined(
    service: Service[Any, Any], settings: ProcessSettings, process: Literal["api", "worker"] | None
) -> list[doctors.Result]:
    context = service.create_context(settings)
    amqp_url, namespace = settings.amqp_url.get_secret_value(), settings.events_namespace
    checks = [doctors.zone_data()]
    if service.migrations is not None:
        checks += doctors.database(context.database, service.migrations)
    if process != "api":  # an API only writes to its outbox
        checks += doctors.broker(amqp_url, namespace, service.name)
    if isinstance(settings, ServiceSettings) and process != "worker":  # a worker verifies no tokens
        checks.append(doctors.keys(settings.identity_jwks_url))
    try:
        return await doctors.examine([*checks, *context.diagnoses()])
    finally:
        await context.close()


def _dead_letters(service: Service[Any, Any]) -> typer.Typer:
    app = typer.Typer(help="Events that could not be handled.", no_args_is_help=True)
    queue_option = typer.Option("--queue", help="Its name, such as content.schedule; by default all of the service's.")

    @app.command("list")
    def show(queue: Annotated[str | None, queue_option] = None, limit: int = 100) -> None:
        """Print them as JSON lines, oldest first, and keep them in their queue."""
        from common.messaging.dead_letters import list_dead_letters

        settings = load_settings(ProcessSettings)
        for one in _queues(service, queue):
            url = settings.amqp_url.get_secret_value()
            letters = asyncio.run(list_dead_letters(url, settings.events_namespace, one, limit=limit))
            for letter in letters:
                line = {
                    "queue": letter.queue,
                    "event_id": letter.event_id,
                    "type": letter.type,
                    "died_at": letter.died_at and letter.died_at.isoformat(),
                    "body": letter.body.decode("utf-8", "replace"),
                }
                typer.echo(json.dumps(line, ensure_ascii=False))

    @app.command()
    def replay(
        queue: Annotated[str | None, queue_option] = None,
        event_id: Annotated[str | None, typer.Option(help="Only the event with this id.")] = None,
        limit: int = 1000,
    ) -> None:
        """Send them back to their queue, after the cause is fixed."""
        from common.messaging.dead_letters import replay_dead_letters

        settings = load_settings(ProcessSettings)
        for one in _queues(service, queue):
            url = settings.amqp_url.get_secret_value()
            count = asyncio.run(
                replay_dead_letters(url, settings.events_namespace, one, event_id=event_id, limit=limit)
            )
            typer.echo(f"{one.name}: {count} sent again")

    return app


def _queues(service: Service[Any, Any], name: str | None) -> list[Queue]:
    own = [queue for queue in ALL_QUEUES if queue.service == service.name]
    chosen = [queue for queue in own if name in {None, queue.name}]
    if name is not None and not chosen:
        known = ", ".join(queue.name for queue in own) or "none"
        raise typer.BadParameter(f"{service.name} has no queue {name}; it has {known}")
    return chosen

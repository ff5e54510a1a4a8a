"""`python -m common.topology declare|users|subscriber`, with AMQP_URL of a user that may declare everything."""

import asyncio
import sys
from collections.abc import Iterable
from typing import Annotated
from urllib.parse import unquote, urlsplit, urlunsplit

import typer
from pulseworks_contracts import EVENT_TYPES, Names
from pydantic import Field, SecretStr, create_model

from common.messaging import topology
from common.runtime.settings import ProcessSettings, load_settings
from common.topology.definitions import definitions
from common.topology.rights import SERVICES, Rights, service_rights, subscriber_queue, subscriber_rights

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def declare() -> None:
    """Declare the exchanges, the stream, and the services' queues with their bindings."""
    settings = load_settings(ProcessSettings)
    asyncio.run(topology.declare(settings.amqp_url.get_secret_value(), settings.events_namespace))
    typer.echo(f"{settings.events_namespace}: exchanges, stream and queues are declared.", err=True)


@app.command()
def users() -> None:
    """Print a definitions file with a user for each service.

    Passwords come from IDENTITY_AMQP_PASSWORD and so on, in the environment or in files in SECRETS_DIR. A user without
    one must exist and keeps its password.
    """
    names = Names(load_settings(ProcessSettings).events_namespace)
    _print_users({f"{service}_amqp_password": service_rights(names, service) for service in SERVICES})


@app.command()
def subscriber(
    name: Annotated[str, typer.Argument(help="Name of the subscribing system, such as crm.")],
    types: Annotated[list[str], typer.Option(help="An event type that it receives; repeat for more.")],
    replay: Annotated[bool, typer.Option(help="Allow reading the stream of all events of the last 30 days.")] = True,
) -> None:
    """Declare the queue of a subscriber outside PulseWorks, and print a definitions file with its user.

    Its password comes from SUBSCRIBER_AMQP_PASSWORD, as for `users`. A type that a later run leaves out stays bound.
    """
    unknown = [kind for kind in types if kind not in EVENT_TYPES]
    if unknown:
        raise typer.BadParameter(f"unknown event types: {', '.join(unknown)}; known are {', '.join(EVENT_TYPES)}")
    settings = load_settings(ProcessSettings)
    names = Names(settings.events_namespace)
    queue = subscriber_queue(name, (EVENT_TYPES[kind] for kind in types))
    asyncio.run(topology.declare(settings.amqp_url.get_secret_value(), names.namespace, [queue]))
    typer.echo(f"{names.queue(queue)} receives {', '.join(types)}.", err=True)
    _print_users({"subscriber_amqp_password": subscriber_rights(names, queue, replay=replay)})


def _print_users(users: dict[str, Rights]) -> None:
    passwords = load_settings(_with_passwords(users))
    url = passwords.amqp_url.get_secret_value()
    chosen: dict[Rights, str | None] = {}
    for variable, rights in users.items():
        given: SecretStr | None = getattr(passwords, variable)
        chosen[rights] = None if given is None else given.get_secret_value()
        source = f"with the password in {variable.upper()}"
        if given is None:
            source = f"keeps its password; a new user needs {variable.upper()}"
        typer.echo(f"{_login(url, rights.user)} {source}", err=True)
    typer.echo(definitions(chosen, Names(passwords.events_namespace), _virtual_host(url)))
    if sys.stdout.isatty():
        typer.echo("Import this: rabbitmqctl import_definitions <file>, or POST it to /api/definitions.", err=True)


def _with_passwords(variables: Iterable[str]) -> type[ProcessSettings]:
    fields = {variable: (SecretStr | None, Field(default=None)) for variable in variables}
    return create_model("Passwords", __base__=ProcessSettings, **fields)  # type: ignore[call-overload, no-any-return]


def _login(url: str, user: str) -> str:
    """Return the broker's address with another user and no password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


def _virtual_host(url: str) -> str:
    return unquote(urlsplit(url).path.removeprefix("/")) or "/"


if __name__ == "__main__":
    app()

"""`python -m sandbox.stripe --port N [--webhook-url URL --webhook-secret SECRET] [--state FILE]`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sandbox.standin import standin_cli
from sandbox.stripe import StripeConfig, create_stripe


def run(  # typer makes options of them
    port: Annotated[int, typer.Option(help="TCP port; 0 selects a free one and prints it.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    state: Annotated[Path | None, typer.Option(help="File that keeps the state across restarts.")] = None,
    config: Annotated[str, typer.Option(help="More initial switches, as JSON.")] = "{}",
    api_key: Annotated[str, typer.Option(help="The only accepted key.")] = "sk_test_sandbox",
    webhook_url: Annotated[str, typer.Option(envvar="STRIPE_WEBHOOK_URL", help="Where events are sent.")] = "",
    webhook_secret: Annotated[str, typer.Option(envvar="STRIPE_WEBHOOK_SECRET", help="Signs them.")] = "",
) -> None:
    given = {"api_key": api_key, "webhook_url": webhook_url, "webhook_secret": webhook_secret}
    arguments = ["--port", str(port), "--host", host, "--config", json.dumps(given | json.loads(config))]
    standin_cli(StripeConfig, create_stripe)(arguments + (["--state", str(state)] if state else []))


if __name__ == "__main__":
    typer.run(run)

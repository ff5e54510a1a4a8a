"""`python -m sandbox.openai --port N [--latency SECONDS] [--api-key KEY]`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from sandbox.openai import OpenAIConfig, create_openai
from sandbox.standin import standin_cli


def run(  # typer makes options of them
    port: Annotated[int, typer.Option(help="TCP port; 0 selects a free one and prints it.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    state: Annotated[Path | None, typer.Option(help="File that keeps the state across restarts.")] = None,
    api_key: Annotated[str, typer.Option(help="The only accepted key.")] = "sk-sandbox",
    config: Annotated[str, typer.Option(help="More initial switches, as JSON.")] = "{}",
    latency: Annotated[float, typer.Option(help="Minimum duration of each call in seconds.")] = 0,
) -> None:
    switches = {"api_key": api_key, "latency_seconds": latency} | json.loads(config)
    arguments = ["--port", str(port), "--host", host, "--config", json.dumps(switches)]
    standin_cli(OpenAIConfig, create_openai)(arguments + (["--state", str(state)] if state else []))


if __name__ == "__main__":
    typer.run(run)

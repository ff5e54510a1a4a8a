"""A service for the tests of the command line, which also runs as a process of its own."""

import asyncio
import sys
from collections.abc import Sequence

from common.auth import Permission, TokenVerifier
from common.http import Check, PlainRouter, Router, create_app, public, requires
from common.runtime.cli import Service, service_cli
from common.runtime.doctor import Diagnosis
from common.runtime.settings import ServiceSettings
from common.runtime.stopping import STOP_SECONDS
from fastapi import FastAPI
from pydantic import SecretStr


class Settings(ServiceSettings):
    api_key: SecretStr
    worker_fails: bool = False


class Context:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.token_verifier = TokenVerifier.from_jwks(settings.identity_jwks_url)

    def readiness(self) -> Sequence[Check]:
        return []

    def diagnoses(self) -> Sequence[Diagnosis]:
        return []

    async def close(self) -> None:
        await self.token_verifier.close()
        say("context closed")


class Worker:
    stop_seconds = STOP_SECONDS

    def __init__(self, context: Context) -> None:
        self._fails = context.settings.worker_fails

    async def start(self) -> None:
        if self._fails:
            raise ConnectionError("no broker")
        say("worker started")

    async def stop(self) -> None:
        say("worker stopped")

    async def check_broker(self) -> None:
        return None

    async def check_loops(self) -> None:
        return None


router = PlainRouter(prefix="/probe")
guarded = Router(prefix="/guarded")


@router.get("/slow", dependencies=[public()])
async def slow() -> str:
    say("slow begun")
    await asyncio.sleep(0.5)
    return "done"


@guarded.get("", dependencies=[requires(Permission.BRIEF_READ)])
async def read() -> str:
    return "read"


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def create_api(context: Context) -> FastAPI:
    return create_app(title="Probe", service="probe", context=context, routers=[router, guarded])


SERVICE = Service(
    name="publisher",
    title="Probe",
    settings=Settings,
    create_context=Context,
    create_api=create_api,
    create_worker=Worker,
)
app = service_cli(SERVICE)

if __name__ == "__main__":
    app()

"""The operator's command for the rotation of PROFILE_KEY_SECRETS."""

import asyncio

import typer
from common.runtime.settings import load_settings
from common.telemetry import configure_logging

from publisher.factory import ProcessContext
from publisher.key_rotation.workflow import RotationResult, reencrypt_profile_keys
from publisher.settings import PublisherSettings


def add_rotation_commands(app: typer.Typer) -> None:
    @app.command("reencrypt-profile-keys")
    def reencrypt() -> None:
        """Encrypt all profile keys with the first of PROFILE_KEY_SECRETS. May be interrupted and repeated."""
        settings = load_settings(PublisherSettings)
        configure_logging("publisher", level=settings.log_level, style=settings.log_format)

        async def run() -> RotationResult:
            context = ProcessContext.create(settings)
            try:
                return await reencrypt_profile_keys(context)
            finally:
                await context.close()

        result = asyncio.run(run())
        typer.echo(f"Re-encrypted: {result.renewed}. Already encrypted with the first secret: {result.current}.")
        if result.unreadable:
            accounts = ", ".join(result.unreadable)
            typer.echo(
                f"Not readable with any of PROFILE_KEY_SECRETS: {len(result.unreadable)} (accounts {accounts}). "
                "Add the secret with which they were encrypted and run this command again.",
                err=True,
            )
            raise typer.Exit(1)

"""`make compose-env`: writes `.env` for docker-compose.yml, with new secrets, and the sandbox where there is no key."""

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from sandbox.stack.environment import Component, ExternalServices
from sandbox.stack.errors import StackError
from sandbox.stack.secrets_file import Secrets
from sandbox.stack.wiring import STANDIN_KEYS, STANDIN_PATHS, own_storage

GATEWAY = "http://localhost:7500"
STANDIN_URLS: Mapping[Component, str] = {
    Component.OPENAI: "http://openai.localhost:7506",
    Component.AYRSHARE: "http://ayrshare.localhost:7507",
    Component.STRIPE: "http://stripe.localhost:7508",
}
WEBSITE = "http://website.localhost:7509"
STORAGE = "http://media.localhost:7510"
_LINE = re.compile(r"^#?([A-Z0-9_]+)=.*$", re.MULTILINE)


def write_environment(example: Path, file: Path) -> None:
    """Write `file` after `example`, readable by its owner alone. Raises StackError if it exists."""
    filled = filled_in(example.read_text(encoding="utf-8"), compose_settings(ExternalServices(dict(os.environ))))
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise StackError(f"{file} exists and is kept: the volumes were made with its passwords.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(filled)


def filled_in(example: str, settings: Mapping[str, str]) -> str:
    """Return the text of `.env.example` with these settings. Others stay as they are."""

    def line(found: re.Match[str]) -> str:
        value = settings.get(found[1])
        return found[0] if value is None else f"{found[1]}={value}"

    return _LINE.sub(line, example)


def compose_settings(external: ExternalServices) -> dict[str, str]:
    """Return the variables of a `.env`. A provider whose key is in the environment is the real one."""
    own = Secrets.make()
    settings = {
        "COMPOSE_PROFILES": "sandbox",
        "POSTGRES_PASSWORD": secrets.token_hex(16),
        "RABBITMQ_PASSWORD": secrets.token_hex(16),
        **{f"{name.upper()}_DATABASE_PASSWORD": password for name, password in own.database_passwords.items()},
        "TOKEN_SIGNING_KEY": own.token_signing_key.strip().replace("\n", "\\n"),
        "PROFILE_KEY_SECRETS": external.get("PROFILE_KEY_SECRETS") or own.profile_key_secret,
        "AYRSHARE_WEBHOOK_SECRET": external.get("AYRSHARE_WEBHOOK_SECRET") or own.ayrshare_webhook_secret,
        "STRIPE_WEBHOOK_SECRET": external.get("STRIPE_WEBHOOK_SECRET") or own.stripe_webhook_secret,
        "PUBLIC_API_URL": GATEWAY,
        "WEBSITE_ALLOWED_HOSTS": WEBSITE.removeprefix("http://"),
    }
    for component, url in STANDIN_URLS.items():
        prefix = component.upper()
        if external.replaces(component):
            settings |= external.provider(component)
        else:
            settings |= {
                f"{prefix}_BASE_URL": url + STANDIN_PATHS[component],
                f"{prefix}_API_KEY": STANDIN_KEYS[component],
            }
    storage = (
        external.storage()
        if external.replaces(Component.STORAGE)
        else own_storage(STORAGE, f"{STORAGE}/pulseworks-media")
    )
    return settings | storage

"""Who gets which variables: every process of the stack has its own settings and secrets, and no other's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from .environment import VARIABLES, Outside, Part
from .errors import StackError
from .processes import http_call
from .secrets_file import Secrets
from .storage import DEFAULT_BUCKET

SERVICES = ("identity", "content", "scheduler", "publisher", "billing", "gateway")
STANDINS = ("openai", "ayrshare", "stripe", "website")
# Taken when free, and kept over restarts: image addresses in the database name the storage's port.
PREFERRED_PORTS: Mapping[str, int] = {
    name: 7400 + number
    for number, name in enumerate(
        ("gateway", "identity", "content", "scheduler", "publisher", "billing", *STANDINS, "storage")
    )
}
OPENAI_MODEL = "gpt-4o-mini"
STANDIN_KEYS: Mapping[Part, str] = {
    Part.OPENAI: "sk-sandbox",
    Part.AYRSHARE: "sandbox-ayrshare-key",
    Part.STRIPE: "sk_test_sandbox",
}
STANDIN_PATHS: Mapping[Part, str] = {Part.OPENAI: "/v1", Part.AYRSHARE: "/api", Part.STRIPE: ""}
PROVIDER_OWNERS: Mapping[str, tuple[Part, ...]] = {
    "content": (Part.OPENAI,),
    "publisher": (Part.AYRSHARE,),
    "billing": (Part.STRIPE,),
}


@dataclass(frozen=True)
class Wiring:
    """Addresses and secrets of one running stack.

    `admin_database_url` is a privileged login of the database in which the services have their schemas;
    `storage` the S3 variables.
    """

    outside: Outside
    secrets: Secrets
    ports: Mapping[str, int]
    admin_database_url: str
    amqp_url: str
    storage: Mapping[str, str]

    def url(self, name: str) -> str:
        """Return the address of a service or a stand-in."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def service_environ(self, service: str) -> dict[str, str]:
        """Return the whole environment for `python -m <service> serve`."""
        environ = {name: value for name, value in self.outside.environ.items() if name not in VARIABLES}
        environ |= {
            "HOST": "127.0.0.1",
            "PORT": str(self.ports[service]),
            "AMQP_URL": self.amqp_url,
            "IDENTITY_JWKS_URL": f"{self.url('identity')}/.well-known/jwks.json",
        }
        if service in self.secrets.database_passwords:
            environ["DATABASE_URL"] = runtime_url(
                self.admin_database_url, service, self.secrets.database_passwords[service]
            )
        for part in PROVIDER_OWNERS.get(service, ()):
            environ |= self._provider(part)
        return environ | self._own(service)

    def _own(self, service: str) -> dict[str, str]:
        match service:
            case "gateway":
                own = {f"{name.upper()}_URL": self.url(name) for name in SERVICES if name != "gateway"}
            case "identity":
                own = {"TOKEN_SIGNING_KEY": self.secrets.token_signing_key}
            case "content":
                website = urlsplit(self.url("website")).netloc
                own = {"OPENAI_MODEL": self.outside.get("OPENAI_MODEL") or OPENAI_MODEL, **self.storage} | {
                    "WEBSITE_ALLOWED_HOSTS": self.outside.get("WEBSITE_ALLOWED_HOSTS") or website
                }
            case "scheduler":
                own = {"PUBLIC_API_URL": self.url("gateway")}
            case "publisher":
                own = {
                    "PROFILE_KEY_SECRETS": self.outside.get("PROFILE_KEY_SECRETS") or self.secrets.profile_key_secret,
                    "AYRSHARE_WEBHOOK_SECRET": self.ayrshare_webhook_secret,
                }
            case "billing":
                own = {"STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret}
            case _:
                own = {}
        return own

    def standin_options(self, standin: str) -> list[str]:
        """Return the options by which a stand-in differs from its defaults."""
        if standin == Part.AYRSHARE:
            # Meta and Ayrshare want https; nothing on this machine has a certificate.
            config = {"allow_http_media": True, "allow_http_webhooks": True}
            return ["--config", json.dumps({"api_key": STANDIN_KEYS[Part.AYRSHARE], **config})]
        return []

    async def register_webhooks(self, standin: str) -> None:
        """Tell a stand-in where to report to, as an operator tells the real provider."""
        if standin == Part.STRIPE:
            hook = {"webhook_url": f"{self.url('gateway')}/api/webhooks/stripe"}
            await self._tell(Part.STRIPE, "/_control/config", hook | {"webhook_secret": self.stripe_webhook_secret})
        if standin == Part.AYRSHARE:
            # on the primary profile: the others fall back to it
            hook = {"url": f"{self.url('gateway')}/api/webhooks/ayrshare", "secret": self.ayrshare_webhook_secret}
            for action in ("scheduled", "social"):
                await self._tell(Part.AYRSHARE, "/api/hook/webhook", hook | {"action": action})

    async def _tell(self, standin: Part, path: str, body: Mapping[str, str]) -> None:
        headers = {"Authorization": f"Bearer {STANDIN_KEYS[standin]}", "Content-Type": "application/json"}
        status, answer = await http_call("POST", self.url(standin) + path, json.dumps(body), headers)
        if status != 200:
            raise StackError(f"The stand-in {standin} refused its webhook at {path}: {status} {answer}")

    @property
    def ayrshare_webhook_secret(self) -> str:
        return self.outside.get("AYRSHARE_WEBHOOK_SECRET") or self.secrets.ayrshare_webhook_secret

    @property
    def stripe_webhook_secret(self) -> str:
        return self.outside.get("STRIPE_WEBHOOK_SECRET") or self.secrets.stripe_webhook_secret

    def _provider(self, part: Part) -> dict[str, str]:
        if self.outside.replaces(part):
            return self.outside.provider(part)
        prefix = part.upper()
        return {
            f"{prefix}_BASE_URL": self.url(part) + STANDIN_PATHS[part],
            f"{prefix}_API_KEY": STANDIN_KEYS[part],
        }


def own_storage(url: str, public_base_url: str, bucket: str = DEFAULT_BUCKET) -> dict[str, str]:
    """Return the S3 variables for the stack's own storage, which accepts any key."""
    return {
        "S3_ENDPOINT_URL": url,
        "S3_BUCKET": bucket,
        "S3_PUBLIC_BASE_URL": public_base_url,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def runtime_url(admin_url: str, role: str, password: str) -> str:
    """Return the same database with another login."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{host}"))


def with_database(url: str, database: str) -> str:
    """Return the same server and login with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

"""The environment of each process: each has its own settings and secrets only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from .environment import VARIABLES, Component, ExternalServices
from .errors import StackError
from .processes import http_call
from .secrets_file import Secrets
from .storage import DEFAULT_BUCKET
from .webhooks import register_with_ayrshare

SERVICES = ("identity", "content", "scheduler", "publisher", "billing", "gateway")
STANDINS = ("openai", "ayrshare", "stripe", "website")
OPERATIONS = "gateway-operations"
"""The gateway's port for health and metrics."""
# Used if they are free, and kept across restarts: image URLs in the database contain the port of the storage.
PREFERRED_PORTS: Mapping[str, int] = {
    name: 7400 + number
    for number, name in enumerate(
        (
            *("gateway", "identity", "content", "scheduler", "publisher", "billing"),
            *STANDINS,
            *("storage", OPERATIONS, "status"),
        )
    )
}
OPENAI_MODEL = "gpt-4o-mini"
STANDIN_KEYS: Mapping[Component, str] = {
    Component.OPENAI: "sk-sandbox",
    Component.AYRSHARE: "sandbox-ayrshare-key",
    Component.STRIPE: "sk_test_sandbox",
}
STANDIN_PATHS: Mapping[Component, str] = {Component.OPENAI: "/v1", Component.AYRSHARE: "/api", Component.STRIPE: ""}
PROVIDER_OWNERS: Mapping[str, tuple[Component, ...]] = {
    "content": (Component.OPENAI,),
    "publisher": (Component.AYRSHARE,),
    "billing": (Component.STRIPE,),
}


@dataclass(frozen=True)
class Wiring:
    """Addresses and secrets of a running stack.

    `admin_database_url` is a privileged login to the database that contains the services' schemas; `storage` holds the
    S3 variables.
    """

    external: ExternalServices
    secrets: Secrets
    ports: Mapping[str, int]
    admin_database_url: str
    amqp_url: str
    storage: Mapping[str, str]

    def url(self, name: str) -> str:
        """Return the address of a service or stand-in."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def service_environ(self, service: str) -> dict[str, str]:
        """Return the complete environment for `python -m <service> serve`."""
        environ = {name: value for name, value in self.external.environ.items() if name not in VARIABLES}
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
        for component in PROVIDER_OWNERS.get(service, ()):
            environ |= self._provider(component)
        return environ | self._own(service)

    def _own(self, service: str) -> dict[str, str]:
        match service:
            case "gateway":
                own = {f"{name.upper()}_URL": self.url(name) for name in SERVICES if name != "gateway"}
                own["OPERATIONS_PORT"] = str(self.ports[OPERATIONS])
            case "identity":
                own = {"TOKEN_SIGNING_KEY": self.secrets.token_signing_key}
            case "content":
                website = urlsplit(self.url("website")).netloc
                own = {"OPENAI_MODEL": self.external.get("OPENAI_MODEL") or OPENAI_MODEL, **self.storage} | {
                    "WEBSITE_ALLOWED_HOSTS": self.external.get("WEBSITE_ALLOWED_HOSTS") or website
                }
            case "scheduler":
                own = {"PUBLIC_API_URL": self.url("gateway")}
            case "publisher":
                own = {
                    "PROFILE_KEY_SECRETS": self.external.get("PROFILE_KEY_SECRETS") or self.secrets.profile_key_secret,
                    "AYRSHARE_WEBHOOK_SECRET": self.ayrshare_webhook_secret,
                }
            case "billing":
                own = {"STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret}
            case _:
                own = {}
        return own

    def standin_options(self, standin: str) -> list[str]:
        """Return the command line options of a stand-in."""
        if standin == Component.AYRSHARE:
            # Meta and Ayrshare require https, and nothing on this machine has a certificate.
            config = {"allow_http_media": True, "allow_http_webhooks": True}
            return ["--config", json.dumps({"api_key": STANDIN_KEYS[Component.AYRSHARE], **config})]
        return []

    async def register_webhooks(self, standin: str) -> None:
        """Register our webhook URLs with a stand-in, as an operator does with the real provider."""
        hook = f"{self.url('gateway')}/api/webhooks/{standin}"
        if standin == Component.STRIPE:
            config = json.dumps({"webhook_url": hook, "webhook_secret": self.stripe_webhook_secret})
            status, response = await http_call("POST", f"{self.url(standin)}/_control/config", config)
            if status != 200:
                raise StackError(f"The stand-in of Stripe refused its webhook: {status} {response}")
        if standin == Component.AYRSHARE:
            api = self.url(standin) + STANDIN_PATHS[Component.AYRSHARE]
            await register_with_ayrshare(api, STANDIN_KEYS[Component.AYRSHARE], hook, self.ayrshare_webhook_secret)

    @property
    def ayrshare_webhook_secret(self) -> str:
        return self.external.get("AYRSHARE_WEBHOOK_SECRET") or self.secrets.ayrshare_webhook_secret

    @property
    def stripe_webhook_secret(self) -> str:
        return self.external.get("STRIPE_WEBHOOK_SECRET") or self.secrets.stripe_webhook_secret

    def _provider(self, component: Component) -> dict[str, str]:
        if self.external.replaces(component):
            return self.external.provider(component)
        prefix = component.upper()
        return {
            f"{prefix}_BASE_URL": self.url(component) + STANDIN_PATHS[component],
            f"{prefix}_API_KEY": STANDIN_KEYS[component],
        }


def own_storage(url: str, public_base_url: str, bucket: str = DEFAULT_BUCKET) -> dict[str, str]:
    """Return the S3 variables of the stack's own storage, which accepts any key."""
    return {
        "S3_ENDPOINT_URL": url,
        "S3_BUCKET": bucket,
        "S3_PUBLIC_BASE_URL": public_base_url,
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
    }


def runtime_url(admin_url: str, role: str, password: str) -> str:
    """Return the URL of the same database with another login."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{host}"))


def with_database(url: str, database: str) -> str:
    """Return the URL of another database on the same server with the same login."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

"""Which components of the stack the environment replaces with external services."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .errors import PrerequisiteError


class Component(StrEnum):
    """A component that the stack starts itself unless the environment names an external one."""

    POSTGRES = "postgres"
    RABBITMQ = "rabbitmq"
    STORAGE = "storage"
    OPENAI = "openai"
    AYRSHARE = "ayrshare"
    STRIPE = "stripe"


# Each of these variables selects an external component. AWS keys alone do not: many machines have them for other
# purposes.
SWITCHES: Mapping[Component, tuple[str, ...]] = {
    Component.POSTGRES: ("DATABASE_URL",),
    Component.RABBITMQ: ("AMQP_URL",),
    Component.STORAGE: ("S3_ENDPOINT_URL", "S3_BUCKET"),
    Component.OPENAI: ("OPENAI_BASE_URL", "OPENAI_API_KEY"),
    Component.AYRSHARE: ("AYRSHARE_BASE_URL", "AYRSHARE_API_KEY"),
    Component.STRIPE: ("STRIPE_BASE_URL", "STRIPE_API_KEY"),
}
VARIABLES = (
    *(name for names in SWITCHES.values() for name in names),
    "OPENAI_MODEL",
    "AYRSHARE_WEBHOOK_SECRET",
    "STRIPE_WEBHOOK_SECRET",
    "S3_PUBLIC_BASE_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
)
# Used if a key is set without a base URL.
PROVIDER_URLS: Mapping[Component, str] = {
    Component.OPENAI: "https://api.openai.com/v1",
    Component.AYRSHARE: "https://api.ayrshare.com/api",
    Component.STRIPE: "https://api.stripe.com",
}


@dataclass(frozen=True)
class ExternalServices:
    """The environment variables that concern the stack. Empty variables count as unset."""

    environ: Mapping[str, str]

    def get(self, name: str) -> str | None:
        return self.environ.get(name) or None

    def switches(self, component: Component) -> list[str]:
        """Return the variables that are set and select an external component. Empty if the stack starts its own."""
        return [name for name in SWITCHES[component] if self.get(name)]

    def replaces(self, component: Component) -> bool:
        return bool(self.switches(component))

    def provider(self, component: Component) -> dict[str, str]:
        """Return <COMPONENT>_BASE_URL and <PART>_API_KEY of an external OpenAI, Ayrshare or Stripe.

        Raises PrerequisiteError if there is a base URL without the required key.
        """
        prefix = component.upper()
        key = self.get(f"{prefix}_API_KEY")
        if key is None:
            if component is not Component.OPENAI:
                raise PrerequisiteError(f"{prefix}_BASE_URL is set but {prefix}_API_KEY is not: set both, or neither.")
            key = "none"  # a local model server often needs no key, but the SDK does
        return {
            f"{prefix}_BASE_URL": self.get(f"{prefix}_BASE_URL") or PROVIDER_URLS[component],
            f"{prefix}_API_KEY": key,
        }

    def storage(self) -> dict[str, str]:
        """Return the S3 variables of an external bucket. Raises PrerequisiteError that names the missing ones."""
        needed = ("S3_BUCKET", "S3_PUBLIC_BASE_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        missing = [name for name in needed if not self.get(name)]
        if missing:
            raise PrerequisiteError(
                f"{' and '.join(self.switches(Component.STORAGE))} set: an external S3 also needs {', '.join(missing)}."
            )
        return {name: value for name in ("S3_ENDPOINT_URL", *needed) if (value := self.get(name))}

    def warnings(self) -> list[str]:
        """Return warnings about combinations that start but can't work completely."""
        found = [
            f"{component.upper()}_WEBHOOK_SECRET is not set: webhooks of the real {component.title()} will be refused."
            for component in (Component.AYRSHARE, Component.STRIPE)
            if self.replaces(component) and not self.get(f"{component.upper()}_WEBHOOK_SECRET")
        ]
        if self.replaces(Component.AYRSHARE) and not self.replaces(Component.STORAGE):
            found.append("Ayrshare is the real one and can't fetch images from this machine: also set S3_ENDPOINT_URL.")
        return found

"""Which of the stack's own servers the caller's environment replaces, and by what."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .errors import PrerequisiteError


class Part(StrEnum):
    """What the stack brings along unless the environment names another."""

    POSTGRES = "postgres"
    RABBITMQ = "rabbitmq"
    STORAGE = "storage"
    OPENAI = "openai"
    AYRSHARE = "ayrshare"
    STRIPE = "stripe"


# Any one of these switches the part to the outside. AWS keys alone do not: many machines have them for other ends.
SWITCHES: Mapping[Part, tuple[str, ...]] = {
    Part.POSTGRES: ("DATABASE_URL",),
    Part.RABBITMQ: ("AMQP_URL",),
    Part.STORAGE: ("S3_ENDPOINT_URL", "S3_BUCKET"),
    Part.OPENAI: ("OPENAI_BASE_URL", "OPENAI_API_KEY"),
    Part.AYRSHARE: ("AYRSHARE_BASE_URL", "AYRSHARE_API_KEY"),
    Part.STRIPE: ("STRIPE_BASE_URL", "STRIPE_API_KEY"),
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
# Where the provider itself is, when a key is set and no address.
PROVIDER_URLS: Mapping[Part, str] = {
    Part.OPENAI: "https://api.openai.com/v1",
    Part.AYRSHARE: "https://api.ayrshare.com/api",
    Part.STRIPE: "https://api.stripe.com",
}


@dataclass(frozen=True)
class Outside:
    """The part of an environment that concerns the stack; empty variables count as unset."""

    environ: Mapping[str, str]

    def get(self, name: str) -> str | None:
        return self.environ.get(name) or None

    def switches(self, part: Part) -> list[str]:
        """Return the set variables because of which the stack does not start its own; none when it does."""
        return [name for name in SWITCHES[part] if self.get(name)]

    def replaces(self, part: Part) -> bool:
        return bool(self.switches(part))

    def provider(self, part: Part) -> dict[str, str]:
        """Return <PART>_BASE_URL and <PART>_API_KEY of an outside OpenAI, Ayrshare or Stripe.

        Raises PrerequisiteError when an address came without the key that it needs.
        """
        prefix = part.upper()
        key = self.get(f"{prefix}_API_KEY")
        if key is None:
            if part is not Part.OPENAI:
                raise PrerequisiteError(f"{prefix}_BASE_URL is set but {prefix}_API_KEY is not: set both, or neither.")
            key = "none"  # a model server of one's own often asks for no key, the SDK for one
        return {
            f"{prefix}_BASE_URL": self.get(f"{prefix}_BASE_URL") or PROVIDER_URLS[part],
            f"{prefix}_API_KEY": key,
        }

    def storage(self) -> dict[str, str]:
        """Return the S3 variables of an outside bucket. Raises PrerequisiteError naming those that are missing."""
        needed = ("S3_BUCKET", "S3_PUBLIC_BASE_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        missing = [name for name in needed if not self.get(name)]
        if missing:
            raise PrerequisiteError(
                f"{' and '.join(self.switches(Part.STORAGE))} set: an outside S3 also needs {', '.join(missing)}."
            )
        return {name: value for name in ("S3_ENDPOINT_URL", *needed) if (value := self.get(name))}

    def warnings(self) -> list[str]:
        """Return sentences on combinations that start but cannot work to the end."""
        found = [
            f"{part.title()} is the real one, {part.upper()}_WEBHOOK_SECRET is not set: its webhooks will be refused."
            for part in (Part.AYRSHARE, Part.STRIPE)
            if self.replaces(part) and not self.get(f"{part.upper()}_WEBHOOK_SECRET")
        ]
        if self.replaces(Part.AYRSHARE) and not self.replaces(Part.STORAGE):
            found.append("Ayrshare is the real one and cannot fetch images from this machine: set S3_ENDPOINT_URL too.")
        return found

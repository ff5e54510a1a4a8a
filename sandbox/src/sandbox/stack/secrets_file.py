import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

SERVICES_WITH_DATABASE = ("identity", "content", "scheduler", "publisher", "billing")


@dataclass(frozen=True)
class Secrets:
    """Secrets that the stack generates once per state directory and keeps in a file with mode 0600."""

    database_passwords: dict[str, str]
    token_signing_key: str
    """Ed25519, PKCS8 PEM."""
    profile_key_secret: str
    """A Fernet key: 32 bytes, urlsafe base64."""
    ayrshare_webhook_secret: str
    stripe_webhook_secret: str

    @classmethod
    def load(cls, file: Path) -> "Secrets":
        """Read the file. Creates it first if it is missing."""
        if file.exists():
            return cls(**json.loads(file.read_text()))
        made = cls.make()
        unfinished = file.with_name(file.name + ".new")
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as output:
            json.dump(asdict(made), output, indent=2)
        unfinished.replace(file)
        return made

    @classmethod
    def make(cls) -> "Secrets":
        """Generate new secrets, without a file."""
        return cls(
            database_passwords={service: secrets.token_hex(16) for service in SERVICES_WITH_DATABASE},
            token_signing_key=_ed25519_pem(),
            profile_key_secret=base64.urlsafe_b64encode(os.urandom(32)).decode(),
            ayrshare_webhook_secret=secrets.token_hex(24),
            stripe_webhook_secret=f"whsec_{secrets.token_hex(24)}",
        )


def _ed25519_pem() -> str:
    # PKCS8 of an Ed25519 key is a fixed prefix and the 32 random bytes (RFC 8410, section 7).
    der = bytes.fromhex("302e020100300506032b657004220420") + os.urandom(32)
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----\n"

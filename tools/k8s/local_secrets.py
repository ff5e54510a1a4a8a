"""Print the Secrets of `k8s/overlays/local` with new random values: `make -s k8s-local-secrets | kubectl apply -f -`.

Once for each cluster: the data of its servers depend on them.
"""

import json
import secrets

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

DATABASES = ("identity", "billing", "content", "scheduler", "publisher")


def contents() -> dict[str, dict[str, str]]:
    """Return the values of each Secret."""
    broker, migrator = secrets.token_hex(16), secrets.token_hex(16)
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    own = {
        "gateway": {},
        "identity": {"TOKEN_SIGNING_KEY": key.decode()},
        "billing": {"STRIPE_API_KEY": "sk_test_sandbox", "STRIPE_WEBHOOK_SECRET": secrets.token_hex(16)},
        "content": {
            "OPENAI_API_KEY": "sk-sandbox",
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
        },
        "scheduler": {},
        "publisher": {
            "AYRSHARE_API_KEY": "sandbox-ayrshare-key",
            "AYRSHARE_WEBHOOK_SECRET": secrets.token_hex(16),
            "PROFILE_KEY_SECRETS": Fernet.generate_key().decode(),
        },
    }
    for service, values in own.items():
        values["AMQP_URL"] = f"amqp://pulseworks:{broker}@rabbitmq:5672/"
        if service in DATABASES:
            values["DATABASE_URL"] = f"postgresql://{service}:{secrets.token_hex(16)}@database:5432/pulseworks"
    return own | {
        "migrations": {"MIGRATION_DATABASE_URL": f"postgresql://migrator:{migrator}@database:5432/pulseworks"},
        "postgresql": {"password": migrator},
        "rabbitmq": {"user.conf": f"default_user = pulseworks\ndefault_pass = {broker}\n"},
    }


def manifests() -> dict[str, object]:
    """Return the Secrets as one List."""
    items = [
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": name, "namespace": "pulseworks"},
            "stringData": values,
        }
        for name, values in contents().items()
    ]
    return {"apiVersion": "v1", "kind": "List", "items": items}


if __name__ == "__main__":
    print(json.dumps(manifests(), indent=2))

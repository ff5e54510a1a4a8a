from collections.abc import Mapping

from common.runtime.cli import Service, service_cli
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from identity.api import create_api
from identity.factory import MIGRATIONS, ProcessContext
from identity.settings import IdentitySettings
from identity.tokens.commands import key_commands
from identity.worker import create_worker


def _offline() -> Mapping[str, SecretStr]:
    """Generate a throw-away key, so that the specifications can be printed without a secret."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {"token_signing_key": SecretStr(pem.decode())}


service = Service(
    name="identity",
    title="PulseWorks identity",
    settings=IdentitySettings,
    create_context=ProcessContext.create,
    create_api=create_api,
    create_worker=create_worker,
    migrations=MIGRATIONS,
    offline=_offline,
)
app = service_cli(service)
app.add_typer(key_commands(), name="signing-keys")

if __name__ == "__main__":
    app()

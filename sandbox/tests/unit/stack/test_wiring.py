import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from sandbox.stack.environment import ExternalServices
from sandbox.stack.secrets_file import Secrets
from sandbox.stack.wiring import PREFERRED_PORTS, SERVICES, Wiring, own_storage, runtime_url, with_database

SECRET_OWNERS = {
    "TOKEN_SIGNING_KEY": {"identity"},
    "OPENAI_API_KEY": {"content"},
    "AWS_SECRET_ACCESS_KEY": {"content"},
    "AYRSHARE_API_KEY": {"publisher"},
    "AYRSHARE_WEBHOOK_SECRET": {"publisher"},
    "PROFILE_KEY_SECRETS": {"publisher"},
    "STRIPE_API_KEY": {"billing"},
    "STRIPE_WEBHOOK_SECRET": {"billing"},
    "DATABASE_URL": {"identity", "content", "scheduler", "publisher", "billing"},
    "MIGRATION_DATABASE_URL": set(),
}


def wiring(directory: Path, **environ: str) -> Wiring:
    return Wiring(
        ExternalServices({"PATH": "/bin", **environ}),
        Secrets.load(directory / "secrets.json"),
        PREFERRED_PORTS,
        "postgresql://postgres:pw@127.0.0.1:1234/pulseworks",
        "amqp://127.0.0.1:1/",
        own_storage("http://127.0.0.1:2", "http://127.0.0.1:2/media"),
    )


@pytest.mark.parametrize(("secret", "owners"), SECRET_OWNERS.items())
def test_a_secret_goes_only_to_the_service_that_needs_it(tmp_path: Path, secret: str, owners: set[str]) -> None:
    wired = wiring(tmp_path, STRIPE_API_KEY="sk_live", OPENAI_API_KEY="sk-real", DATABASE_URL="postgresql://a:b@c/d")

    assert {service for service in SERVICES if secret in wired.service_environ(service)} == owners


def test_each_service_logs_in_as_its_own_role(tmp_path: Path) -> None:
    wired = wiring(tmp_path)
    urls = [wired.service_environ(name)["DATABASE_URL"] for name in SERVICES if name != "gateway"]

    assert len(set(urls)) == 5
    assert urls[0].startswith("postgresql://identity:")


def test_real_keys_reach_their_service_and_the_rest_stays_local(tmp_path: Path) -> None:
    wired = wiring(tmp_path, OPENAI_API_KEY="sk-real", OPENAI_MODEL="gpt-6-luna")
    content = wired.service_environ("content")

    assert (content["OPENAI_BASE_URL"], content["OPENAI_MODEL"]) == ("https://api.openai.com/v1", "gpt-6-luna")
    assert wired.service_environ("billing")["STRIPE_BASE_URL"] == wired.url("stripe")


def test_secrets_are_generated_once_and_readable_only_by_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    made = Secrets.load(file)

    assert Secrets.load(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert isinstance(load_pem_private_key(made.token_signing_key.encode(), None), Ed25519PrivateKey)
    Fernet(made.profile_key_secret)


def test_urls_keep_their_options_and_awkward_hosts() -> None:
    url = "postgresql://admin:p%40w@[::1]:5433/main?sslmode=require"

    assert runtime_url(url, "billing", "secret") == "postgresql://billing:secret@[::1]:5433/main?sslmode=require"
    assert with_database(url, "pulseworks") == "postgresql://admin:p%40w@[::1]:5433/pulseworks?sslmode=require"

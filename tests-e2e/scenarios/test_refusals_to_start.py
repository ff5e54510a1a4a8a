"""A service without its settings or with empty secrets does not start. It says in one sentence what to set."""

import importlib
import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from typer.testing import CliRunner

_BASE = {"DATABASE_URL", "AMQP_URL", "IDENTITY_JWKS_URL"}
# The settings that each service needs besides secrets, and the secrets, which are set but empty or blank.
_NEEDED: Mapping[str, tuple[set[str], set[str]]] = {
    "identity": ({"AMQP_URL"}, {"DATABASE_URL", "TOKEN_SIGNING_KEY"}),
    "content": (
        _BASE | {"S3_BUCKET", "S3_PUBLIC_BASE_URL"},
        {"OPENAI_API_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"},
    ),
    "scheduler": (_BASE - {"DATABASE_URL"}, {"DATABASE_URL"}),
    "publisher": (
        _BASE | {"AYRSHARE_BASE_URL"},
        {"AYRSHARE_API_KEY", "AYRSHARE_WEBHOOK_SECRET", "PROFILE_KEY_SECRETS"},
    ),
    "billing": (_BASE, {"STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRET"}),
    "gateway": ({"IDENTITY_URL", "BILLING_URL", "CONTENT_URL", "SCHEDULER_URL", "PUBLISHER_URL"}, {"AMQP_URL"}),
}


def named_in(sentence: str) -> set[str]:
    words = {word.strip(",.") for word in sentence.split()}
    return {word for word in words if word.isupper() and "_" in word} - {"SECRETS_DIR"}


@pytest.mark.invariant("M1", "M3")
@pytest.mark.parametrize("blank", ["", " "])
@pytest.mark.parametrize("service", _NEEDED)
def test_a_service_refuses_to_start_and_names_what_is_missing(service: str, blank: str) -> None:
    plain, secret = _NEEDED[service]
    program = importlib.import_module(f"{service}.__main__").app
    environ = {**dict.fromkeys(os.environ.keys() - {"PATH"}), **dict.fromkeys(plain), **dict.fromkeys(secret, blank)}
    refusal = CliRunner().invoke(program, ["serve"], env=environ)
    assert refusal.exit_code == 2, refusal.output
    [sentence] = refusal.stderr.strip().splitlines()
    assert named_in(sentence) == plain | secret


@pytest.mark.invariant("M1")
def test_the_program_exits_with_2_for_an_empty_webhook_secret() -> None:
    environ = {name: value for name, value in os.environ.items() if name in {"PATH", "PYTHONPATH"}} | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "AMQP_URL": "amqp://127.0.0.1:1/",
        "IDENTITY_JWKS_URL": "http://127.0.0.1:1/jwks",
        "STRIPE_API_KEY": "sk_test",
        "STRIPE_WEBHOOK_SECRET": "",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "billing", "serve"], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, named_in(ended.stderr)) == (2, {"STRIPE_WEBHOOK_SECRET"}), ended.stderr

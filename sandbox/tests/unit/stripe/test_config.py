import pytest
from pydantic import ValidationError
from sandbox.stripe import StripeConfig


def test_a_url_without_a_secret_refuses_to_start() -> None:
    with pytest.raises(ValidationError):
        StripeConfig(webhook_url="http://127.0.0.1:1/hook")

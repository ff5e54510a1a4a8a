import stripe
from pydantic import SecretStr

from billing.clients.stripe.errors import SignatureInvalidError

TOLERANCE_SECONDS = 300
"""Older signatures are rejected, which limits the replay of a recorded request."""


class WebhookSecret:
    """Verifies `Stripe-Signature` headers (docs.stripe.com/webhooks/signature)."""

    def __init__(self, secret: SecretStr) -> None:
        """Raise ValueError for an empty secret, with which anyone could sign."""
        if not secret.get_secret_value().strip():
            raise ValueError("the secret of Stripe's webhooks is empty")
        self._secret = secret

    def verify(self, body: bytes, header: str | None) -> None:
        """Raise SignatureInvalidError unless the header signs exactly these bytes, within the last five minutes."""
        if header is None or not header.isascii():  # the constant-time comparison accepts ASCII only
            raise SignatureInvalidError("Send the Stripe-Signature header.")
        try:
            stripe.WebhookSignature.verify_header(body, header, self._secret.get_secret_value(), TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            raise SignatureInvalidError("The signature does not match the body, or it is too old.") from None

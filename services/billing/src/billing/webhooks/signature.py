import stripe
from pydantic import SecretStr

from billing.webhooks.errors import SignatureInvalidError

TOLERANCE_SECONDS = 300
"""A signature that is older is refused, so that a recorded request can't be sent again for ever."""


class WebhookSecret:
    """Verifies `Stripe-Signature` headers (docs.stripe.com/webhooks/signature)."""

    def __init__(self, secret: SecretStr) -> None:
        """Raise ValueError for an empty secret: anybody could sign with it."""
        if not secret.get_secret_value().strip():
            raise ValueError("the secret of Stripe's webhooks is empty")
        self._secret = secret

    def verify(self, body: bytes, header: str | None) -> None:
        """Raise SignatureInvalidError unless the header signs exactly these bytes, within the last five minutes."""
        if header is None or not header.isascii():  # a signature that is not ASCII can't be compared in constant time
            raise SignatureInvalidError("Send the header Stripe-Signature.")
        try:
            stripe.WebhookSignature.verify_header(body, header, self._secret.get_secret_value(), TOLERANCE_SECONDS)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            raise SignatureInvalidError("The signature does not fit the body, or it is too old.") from None

"""A stand-in for Stripe at API version 2026-10-28.endive: checkout, subscriptions, portal, signed webhooks.

It accepts what Stripe's Python SDK sends and refuses what the API would refuse (`sandbox.stripe.params`). Features of
Stripe that it does not simulate are refused with the code `not_stood_in`. Controls: `sandbox.stripe.control`.
"""

from sandbox.stripe.app import create_stripe
from sandbox.stripe.config import StripeConfig

__all__ = ["StripeConfig", "create_stripe"]

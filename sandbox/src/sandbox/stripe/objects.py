"""New objects in the format of API version 2026-10-28.endive, as described by the SDK's classes.

Specific to that version: a subscription has no period (its items have one), and an invoice references its subscription
under `parent.subscription_details`.
"""

from collections.abc import Sequence
from typing import Any

from sandbox.stripe.catalogue import CURRENCY, Offer, plan, price

VERSION = "2026-10-28.endive"
OLDER_VERSION = "2025-02-24.acacia"

_CUSTOMER = (
    "address", "business_name", "currency", "customer_account", "default_source", "description", "discount", "email",
    "individual_name", "name", "phone", "shipping", "test_clock",
)  # fmt: skip
_SUBSCRIPTION = (
    "application", "application_fee_percent", "billing_cycle_anchor_config", "billing_thresholds", "cancel_at",
    "canceled_at", "customer_account", "days_until_due", "default_source", "description", "ended_at",
    "next_pending_invoice_item_invoice", "on_behalf_of", "pause_collection", "pending_invoice_item_interval",
    "pending_setup_intent", "pending_update", "schedule", "test_clock", "transfer_data", "trial_end", "trial_start",
)  # fmt: skip
_SESSION = (
    "adaptive_pricing", "after_expiration", "allow_promotion_codes", "billing_address_collection", "cancel_url",
    "client_reference_id", "client_secret", "collected_information", "consent", "consent_collection",
    "currency_conversion", "customer", "customer_account", "customer_details", "customer_email", "invoice",
    "invoice_creation", "locale", "origin_context", "payment_intent", "payment_link", "payment_method_collection",
    "permissions", "presentment_details", "recovered_from", "saved_payment_method_options", "setup_intent",
    "shipping_address_collection", "shipping_cost", "submit_type", "subscription", "success_url", "wallet_options",
)  # fmt: skip
_INVOICE = (
    "account_tax_ids", "application", "automatically_finalizes_at", "custom_fields", "customer_account",
    "customer_address", "customer_phone", "customer_shipping", "default_payment_method", "default_source",
    "description", "due_date", "footer", "from_invoice", "invoice_pdf", "last_finalization_error", "latest_revision",
    "next_payment_attempt", "on_behalf_of", "receipt_number", "rendering", "shipping_cost", "shipping_details",
    "statement_descriptor", "test_clock",
)  # fmt: skip


def _nothing(names: Sequence[str]) -> dict[str, Any]:
    return dict.fromkeys(names)


def list_of(data: Sequence[Any], url: str, *, has_more: bool = False) -> dict[str, Any]:
    return {"object": "list", "data": list(data), "has_more": has_more, "url": url}


def customer(identifier: str, now: int) -> dict[str, Any]:
    return _nothing(_CUSTOMER) | {
        "id": identifier,
        "object": "customer",
        "balance": 0,
        "created": now,
        "delinquent": False,
        "invoice_prefix": identifier[-8:].upper(),
        "invoice_settings": _nothing(("custom_fields", "default_payment_method", "footer", "rendering_options")),
        "livemode": False,
        "metadata": {},
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
    }


def subscription(identifier: str, customer_id: str, now: int) -> dict[str, Any]:
    return _nothing(_SUBSCRIPTION) | {
        "id": identifier,
        "object": "subscription",
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": now,
        "currency": CURRENCY,
        "customer": customer_id,
        "default_payment_method": "pm_sandbox_visa",
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": list_of([], f"/v1/subscription_items?subscription={identifier}"),
        "latest_invoice": None,
        "livemode": False,
        "metadata": {},
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": ["card"],
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "status": "incomplete",
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }


def subscription_item(  # each of them is another field
    identifier: str, subscription_id: str, offer: Offer, quantity: int, period: tuple[int, int], now: int
) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": {},
        "plan": plan(offer),
        "price": price(offer),
        "quantity": quantity,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def checkout_session(identifier: str, amount: int, now: int) -> dict[str, Any]:
    return _nothing(_SESSION) | {
        "id": identifier,
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "created": now,
        "currency": CURRENCY,
        "customer_creation": None,
        "custom_fields": [],
        "custom_text": _nothing(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "discounts": [],
        "expires_at": now + 86_400,
        "livemode": False,
        "metadata": {},
        "mode": "subscription",
        "payment_method_configuration_details": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": None,
    }


def invoice(identifier: str, number: str, subscription_of: dict[str, Any], now: int) -> dict[str, Any]:
    """Return an open invoice without lines for a subscription."""
    return _nothing(_INVOICE) | {
        "id": identifier,
        "object": "invoice",
        "account_country": "NZ",
        "account_name": "PulseWorks sandbox",
        "amount_due": 0,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_remaining": 0,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": False,
        "automatic_tax": {
            "disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None,
        },
        "billing_reason": "subscription_cycle",
        "collection_method": "charge_automatically",
        "created": now,
        "currency": CURRENCY,
        "customer": subscription_of["customer"],
        "customer_email": None,
        "customer_name": None,
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "effective_at": now,
        "ending_balance": 0,
        "hosted_invoice_url": None,
        "issuer": {"type": "self"},
        "lines": list_of([], f"/v1/invoices/{identifier}/lines"),
        "livemode": False,
        "metadata": {},
        "number": number,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription_of["metadata"]),
                "subscription": subscription_of["id"],
            },
            "type": "subscription_details",
        },
        "payment_settings": _nothing(("default_mandate", "payment_method_options", "payment_method_types")),
        "period_end": now,
        "period_start": now,
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": 0,
        "status": "open",
        "status_transitions": _nothing(("marked_uncollectible_at", "paid_at", "voided_at")) | {"finalized_at": now},
        "subtotal": 0,
        "subtotal_excluding_tax": 0,
        "total": 0,
        "total_discount_amounts": [],
        "total_excluding_tax": 0,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "webhooks_delivered_at": None,
    }  # fmt: skip


def invoice_line(
    identifier: str, invoice_id: str, item: dict[str, Any], amount: int, description: str, *, proration: bool
) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": "line_item",
        "amount": amount,
        "currency": CURRENCY,
        "description": description,
        "discount_amounts": [],
        "discountable": not proration,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": {},
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": proration,
                "proration_details": {"credited_items": None},
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"end": item["current_period_end"], "start": item["current_period_start"]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
            "type": "price_details",
            "unit_amount_decimal": item["price"]["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subscription": item["subscription"],
        "subtotal": amount,
        "taxes": [],
    }


def checkout_line(identifier: str, offer: Offer, quantity: int) -> dict[str, Any]:
    amount = offer.amount * quantity
    return {
        "id": identifier,
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": CURRENCY,
        "description": offer.name,
        "metadata": {},
        "price": price(offer),
        "quantity": quantity,
    }


def portal_session(identifier: str, customer_id: str, url: str, now: int) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": "billing_portal.session",
        "configuration": "bpc_sandbox",
        "created": now,
        "customer": customer_id,
        "customer_account": None,
        "flow": None,
        "livemode": False,
        "locale": None,
        "on_behalf_of": None,
        "return_url": None,
        "url": url,
    }


def webhook_endpoint(identifier: str, url: str, now: int) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": "webhook_endpoint",
        "api_version": VERSION,
        "application": None,
        "created": now,
        "description": None,
        "enabled_events": ["*"],
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
    }


def event(  # each of them is another field
    identifier: str, kind: str, data: dict[str, Any], now: int, request: dict[str, Any], pending: int
) -> dict[str, Any]:
    return {
        "id": identifier,
        "object": "event",
        "api_version": VERSION,
        "created": now,
        "data": data,
        "livemode": False,
        "pending_webhooks": pending,
        "request": request,
        "type": kind,
    }


def as_of_older_version(item: dict[str, Any]) -> dict[str, Any]:
    """Return a subscription or invoice as an endpoint of version 2025-02-24.acacia receives it."""
    if item["object"] == "subscription" and item["items"]["data"]:
        first = item["items"]["data"][0]
        return item | {name: first[name] for name in ("current_period_start", "current_period_end")}
    if item["object"] == "invoice":
        parent = item["parent"]["subscription_details"]
        older = {name: value for name, value in item.items() if name != "parent"}
        return older | {"subscription": parent["subscription"], "paid": item["status"] == "paid", "charge": None}
    return item

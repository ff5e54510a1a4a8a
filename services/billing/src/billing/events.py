"""What this service emits, always through the outbox, and what it consumes."""

from pulseworks_contracts import AuditRecorded, SubscriptionChanged, queues

EMITS = (
    SubscriptionChanged,  # plan, add-on, standing or period of an account's subscription became another
    AuditRecorded,  # the same, for the account's log
)

CONSUMES = (
    queues.BILLING_ACCOUNTS,  # the account's name, for its customer at Stripe
)

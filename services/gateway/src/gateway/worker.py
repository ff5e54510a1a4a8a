from gateway.factory import ProcessContext
from gateway.revocation.feed import RevocationFeed


def create_worker(context: ProcessContext) -> RevocationFeed:
    """Return the one thing that the gateway listens to."""
    settings = context.settings
    return RevocationFeed(settings.amqp_url.get_secret_value(), settings.events_namespace, context.revocations)

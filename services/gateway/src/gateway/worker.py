from gateway.factory import ProcessContext
from gateway.revocation.consumers import RevocationFeed


def create_worker(context: ProcessContext) -> RevocationFeed:
    """Return the gateway's only consumer."""
    settings = context.settings
    return RevocationFeed(settings.amqp_url.get_secret_value(), settings.events_namespace, context.revocations)

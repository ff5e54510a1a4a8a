from datetime import timedelta

_MAX_DELAY = timedelta(hours=6)


def retry_delay(attempts: int) -> timedelta:
    """Return the delay after an event's ``attempts``-th failure: 1 s, doubling, at most 6 hours.

    Retries never stop: the event may need a changed setting, or a fix in Stripe's dashboard.
    """
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), _MAX_DELAY)

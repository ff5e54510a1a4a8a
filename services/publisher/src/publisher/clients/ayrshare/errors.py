from common.errors import BadGatewayError, TooManyRequestsError, UnavailableError

from publisher.clients.ayrshare.rate_limit import RateLimit


class ProfileKeyMissingError(RuntimeError):
    """A request for a customer was about to leave without a Profile-Key.

    Ayrshare would carry it out on the primary profile, which is another account.
    """


class AyrshareUnavailableError(BadGatewayError):
    """No answer, or a failure of Ayrshare itself. Whether the call had an effect is not known."""

    code = "ayrshare_unavailable"
    title = "Ayrshare, the posting provider, does not respond; try again later"


class AyrshareRefusedError(BadGatewayError):
    """Ayrshare understood the call and refused it. ``provider_code`` is its own code, if it gave one."""

    code = "ayrshare_refused"
    title = "Ayrshare, the posting provider, refused the request"

    def __init__(self, detail: str, *, http_status: int, provider_code: int | None) -> None:
        super().__init__(detail)
        self.http_status = http_status
        self.provider_code = provider_code


class AyrshareRateLimitedError(TooManyRequestsError):
    """The 300 requests per 5 minutes and profile are used up."""

    code = "ayrshare_rate_limited"
    title = "The rate limit of Ayrshare, the posting provider, is reached; try again in a few minutes"
    status = 503

    def __init__(self, detail: str, *, retry_after: float, limit: RateLimit) -> None:
        super().__init__(detail, retry_after=retry_after)
        self.retry_after = retry_after
        self.limit = limit


class ProfileKeyUnreadableError(UnavailableError):
    """None of the secrets can decrypt a stored profile key: one was removed too early, or the row is damaged."""

    code = "profile_key_unreadable"
    title = "PulseWorks can't use the account's profile at Ayrshare; contact support"

    def __init__(
        self, detail: str = "We can't read the key of your connection and have to fix this. Please contact support."
    ) -> None:
        super().__init__(detail)

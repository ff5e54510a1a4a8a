from common.errors import ConflictError


class UnknownPriceError(ConflictError):
    """A subscription contains a price that is not configured, or does not contain exactly one plan."""

    code = "price_unknown"
    title = "The subscription contains an unknown product"

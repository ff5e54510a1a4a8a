from common.errors import ConflictError


class UnknownPriceError(ConflictError):
    """A subscription contains a price that is not configured, or does not contain exactly one plan.

    ``cause`` is for the operator, as a note of the exception, and never part of an answer.
    """

    code = "price_unknown"
    title = "The existing subscription contains an unknown product; contact support"

    def __init__(self, cause: str) -> None:
        super().__init__("This subscription can't be changed here. Contact support.")
        self.add_note(cause)

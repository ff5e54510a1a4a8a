"""The calendar months that new work may be for: from an account's present month to a horizon."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from common.errors import InvalidError

__all__ = ["MonthOutOfRangeError", "MonthRange"]


class MonthOutOfRangeError(InvalidError):
    code = "month_out_of_range"
    title = "The month is over or too far ahead; `detail` says which months are allowed"


@dataclass(frozen=True)
class MonthRange:
    """From the first to the last month, both included, as `YYYY-MM`."""

    first: str
    last: str

    @classmethod
    def ahead(cls, now: datetime, timezone: str, months: int) -> "MonthRange":
        """Return the present month in the time zone and that many after it."""
        today = now.astimezone(ZoneInfo(timezone))
        years, month = divmod(today.month - 1 + months, 12)
        return cls(f"{today:%Y-%m}", f"{today.year + years:04}-{month + 1:02}")

    def check(self, month: str) -> None:
        """Raise MonthOutOfRangeError for a month outside of the range."""
        if month < self.first:
            reason = f"{month} is over."
        elif month > self.last:
            reason = f"{month} is too far ahead."
        else:
            return
        choice = f"the month {self.first}" if self.first == self.last else f"a month from {self.first} to {self.last}"
        raise MonthOutOfRangeError(f"{reason} Choose {choice}.", field="month")

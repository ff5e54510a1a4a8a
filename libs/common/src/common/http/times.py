"""Times in requests."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

__all__ = ["Timestamp"]

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _not_a_number(value: object) -> object:
    """Refuse what pydantic would read as seconds since 1970: a time in the wrong unit is a post at the wrong time."""
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        return value
    raise ValueError("Send a time with its offset, such as 2026-12-03T18:30:00+13:00.")


Timestamp = Annotated[AwareDatetime, BeforeValidator(_not_a_number)]
"""A time as text, RFC 3339 with an offset. A number, also one in quotes, is refused."""

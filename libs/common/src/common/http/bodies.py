"""What a request body must be: JSON of exactly the described types, without unknown fields.

A route validates its body in pydantic's strict JSON mode, whatever its model is: true is no number, ``"no"`` is no
truth value, 3.0 is no integer, a number is no time. Models of bodies derive from ``RequestModel``, which refuses
unknown fields: a misspelt one would otherwise be ignored in silence.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi.dependencies.models import Dependant
from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainValidator, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from common.errors import AppError
from common.http.problems import error_from_validation

__all__ = ["Day", "Moment", "RequestModel", "StrictBody", "unknown_fields"]

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"\s*[+-]?\d+(\.\d*)?\s*")


class RequestModel(BaseModel):
    """The base of request bodies, and of the objects in them."""

    model_config = ConfigDict(extra="forbid")


_AWARE: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_DATE: TypeAdapter[date] = TypeAdapter(date)


def _moment(value: object) -> datetime:
    # Pydantic reads numbers, also as text, as seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and not _NUMBER.fullmatch(value)):
        return _AWARE.validate_python(value)
    raise PydanticCustomError("datetime_type", "Write the time as text with its offset: 2026-12-01T09:00:00+13:00.")


def _day(value: object) -> date:
    if isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return _DATE.validate_python(value)
    raise PydanticCustomError("date_type", "Write the date as text: 2026-12-01.")


# A validator before pydantic's own would make strict mode refuse the text: it would no longer come from JSON.
Moment = Annotated[datetime, PlainValidator(_moment, json_schema_input_type=AwareDatetime)]
"""A point in time: RFC 3339 with an offset."""

Day = Annotated[date, PlainValidator(_day, json_schema_input_type=date)]
"""A calendar date: ``YYYY-MM-DD``."""


class StrictBody:
    """Validates the JSON bodies of one route."""

    def __init__(self, annotation: Any) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(annotation)

    def check(self, document: Any) -> None:
        """Raise the problem of a document that the route's body does not allow."""
        try:
            self._adapter.validate_json(json.dumps(document), strict=True)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise error_from_validation([{**each, "loc": ("body", *each["loc"])} for each in found]) from None


def unknown_fields(dependant: Dependant, form: Mapping[str, object]) -> AppError | None:
    """Return the problem of a form with fields that the route does not have; None if it has none."""
    known = {param.alias for param in dependant.body_params}
    errors = [{"type": "extra_forbidden", "loc": ("body", name), "msg": ""} for name in form if name not in known]
    return error_from_validation(errors) if errors else None

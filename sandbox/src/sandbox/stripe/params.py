"""Closed models of the requests, built from the SDK's own TypedDicts (generated from Stripe's OpenAPI document).

The TypedDicts are open and their enums are only hints (`Literal[...] | str`), so they are rebuilt here: unknown keys at
any depth, missing keys, wrong types and unknown enum values are refused.
"""

import functools
import types
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Required, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe import RequestOptions, StripeObject
from typing_extensions import TypedDict, is_typeddict

from sandbox.stripe.errors import StripeError, invalid, missing, unknown
from sandbox.stripe.forms import bracketed

_UNIONS = (Union, types.UnionType)
_CLIENT_SIDE = frozenset(RequestOptions.__annotations__)
# imported by the SDK for type checkers only
_UNRESOLVED = {"StripeContext": Any, "Mapping": Mapping}
_WORDS = {
    "int_parsing": ("parameter_invalid_integer", "Invalid integer: {value}"),
    "int_from_float": ("parameter_invalid_integer", "Invalid integer: {value}"),
    "bool_parsing": (None, "Invalid boolean: {value}"),
    "string_type": (None, "Invalid string: {value}"),
    "list_type": (None, "Invalid array"),
    "dict_type": (None, "Invalid object"),
    "literal_error": (None, "Invalid {param}: must be one of {expected}"),
}
T = TypeVar("T")


def check(model: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters with typed integers and booleans. Raises StripeError for the first error."""
    try:
        checked: dict[str, Any] = _adapter(model).validate_python(dict(params))
    except ValidationError as error:
        raise _refusal(error, params) from error
    return checked


@functools.cache
def _adapter(model: Any) -> TypeAdapter[dict[str, Any]]:
    return TypeAdapter(_closed(model, {}))


def _closed(annotation: Any, made: dict[Any, Any]) -> Any:
    """Rebuild an annotation with closed TypedDicts and strict enums."""
    if is_typeddict(annotation):
        if annotation not in made:
            made[annotation] = _closed_dict(annotation, made)
        return made[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in _UNIONS:
        enumerated = any(get_origin(argument) is Literal for argument in arguments)
        kept = [
            argument
            for argument in arguments
            if not (enumerated and argument is str and _has_words(arguments)) and argument is not type(None)
        ]
        return Union[tuple(_closed(argument, made) for argument in kept)]  # noqa: UP007  # its members are known at run time only
    if isinstance(origin, type) and issubclass(origin, StripeObject):
        return dict[str, arguments[0]]  # type: ignore[valid-type]  # a hash of the SDK's own kind
    if origin in (list, dict):
        return origin[tuple(_closed(argument, made) for argument in arguments)]
    return annotation


def _has_words(arguments: tuple[Any, ...]) -> bool:
    """Return whether this is an enum, and not `Literal[''] | str`, whose empty string only unsets the value."""
    return any(get_origin(argument) is Literal and get_args(argument) != ("",) for argument in arguments)


def _closed_dict(original: Any, made: dict[Any, Any]) -> Any:
    hints = get_type_hints(original, localns=_UNRESOLVED)
    # the SDK's own options (API key, headers, ...) are mixed into the parameters but are not sent
    wire = hints.keys() - (_CLIENT_SIDE if hints.keys() >= _CLIENT_SIDE else set())
    fields = {
        name: (Required if name in original.__required_keys__ else NotRequired)[_closed(hint, made)]
        for name, hint in hints.items()
        if name in wire
    }
    # the functional form: names and types are known at run time only
    closed = TypedDict(original.__name__, fields)  # type: ignore[misc]  # for the type checker they must be literal
    closed.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]  # pydantic's own convention
    return closed


def _refusal(error: ValidationError, params: Mapping[str, Any]) -> StripeError:
    # in a union every member reports an error; the deepest one is the intended member
    found = max(error.errors(include_url=False), key=lambda item: len(_path(item["loc"], params)))
    param = bracketed(_path(found["loc"], params))
    if found["type"] == "extra_forbidden":
        return unknown(param)
    if found["type"] == "missing":
        return missing(param)
    code, words = _WORDS.get(found["type"], (None, "Invalid value for {param}: {value}"))
    expected = (found.get("ctx") or {}).get("expected", "").replace("'", "")
    return invalid(words.format(value=found["input"], param=param, expected=expected), param, code)


def _path(location: tuple[int | str, ...], params: Mapping[str, Any]) -> list[str | int]:
    """Return the parts of pydantic's location that are in the parameters, without the names of union members."""
    path: list[str | int] = []
    node: Any = params
    for number, part in enumerate(location):
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            node = node[part]  # type: ignore[index]  # a str only for a dict
            path.append(part)
        elif number == len(location) - 1 and isinstance(node, dict):
            path.append(part)
    return path

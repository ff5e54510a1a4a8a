import pytest
from common.errors import AppError, ConflictError, FieldError, InvalidError, UnauthenticatedError, UnavailableError


class TakenError(ConflictError):
    code = "taken"
    title = "It is taken"


def test_a_named_error_needs_only_its_detail() -> None:
    error = TakenError("Choose another one.")
    assert (error.code, error.status, error.title, error.detail) == ("taken", 409, "It is taken", "Choose another one.")
    assert not error.commits
    assert "Choose another one." in str(error)


def test_an_instance_may_override_the_attributes_of_its_class() -> None:
    error = TakenError(code="other", status=410, title="t", commits=True, headers={"X": "1"}, extra={"a": 1})
    assert (error.code, error.status, error.title, error.commits) == ("other", 410, "t", True)
    assert error.headers == {"X": "1"}
    plain = TakenError()
    assert (plain.code, plain.status, plain.commits, dict(plain.headers), plain.extra) == ("taken", 409, False, {}, {})


def test_an_invalid_field_is_named_with_the_errors_code() -> None:
    error = InvalidError("No such zone.", code="unknown_zone", field="timezone")
    assert error.errors == [FieldError("timezone", "unknown_zone", "No such zone.")]


def test_errors_of_fields_may_be_given_as_dictionaries() -> None:
    error = AppError(errors=[{"field": "a", "code": "b", "message": "c"}])
    assert error.errors == [FieldError("a", "b", "c")]


@pytest.mark.parametrize(("seconds", "header"), [(0.1, "1"), (2.6, "3"), (60, "60")])
def test_retry_after_is_whole_seconds_and_at_least_one(seconds: float, header: str) -> None:
    assert UnavailableError(retry_after=seconds).headers["Retry-After"] == header


def test_an_unauthenticated_answer_has_www_authenticate() -> None:
    assert UnauthenticatedError().headers["WWW-Authenticate"].startswith("Bearer")

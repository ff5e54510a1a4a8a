"""Requests are checked before a route runs, and invalid values are named."""

import httpx2
import pytest
from common.http import Day, Moment, RequestModel
from common.http.bodies import StrictBody
from common.http.problems import InvalidRequestError

from .application import Context, fields, post_raw, problem


async def test_invalid_fields_are_named_and_their_values_are_not_repeated(http: httpx2.AsyncClient) -> None:
    secret = "hunter2-hunter2"
    answer = await http.post("/things/cart", json={"items": [{"name": "ok"}, {"name": secret, "count": "x"}]})
    body = problem(answer, 422, "invalid_request")
    assert fields(body) == [("items.1.name", "string_too_long"), ("items.1.count", "int_type")]
    assert secret not in answer.text


async def test_a_naive_time_is_rejected(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/things", json={"name": "x", "when": "2026-11-02T09:00:00"})
    assert fields(problem(answer, 422, "invalid_request")) == [("when", "timezone_aware")]


async def test_a_wrong_parameter_is_named(http: httpx2.AsyncClient) -> None:
    body = problem(await http.get("/things/number/x?limit=101"), 422, "invalid_request")
    assert sorted(fields(body)) == [("limit", "less_than_equal"), ("number", "int_parsing")]


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"\xff",
        b'{"name": "\x00"}',
        b'{"count": ' + b"1" * 5000 + b"}",
        b'{"extra": ' + b"[" * 100_000,
        b'{"name": "x",}',
    ],
    ids=["open", "not utf-8", "control character", "5000 digits", "100000 levels", "comma"],
)
async def test_malformed_json_is_400(http: httpx2.AsyncClient, content: bytes) -> None:
    problem(await post_raw(http, content), 400, "malformed_json")


@pytest.mark.parametrize(
    ("content", "field", "code"),
    [
        (r'{"name": "a\u0000"}', "name", "invalid_character"),
        (r'{"name": "a\b"}', "name", "invalid_character"),
        (r'{"name": "a\u001fb"}', "name", "invalid_character"),
        ('{"name": "a\x7f"}', "name", "invalid_character"),
        ('{"name": "a\u0085"}', "name", "invalid_character"),
        (r'{"name": "a\u009F"}', "name", "invalid_character"),
        (r'{"name": "a\ud800"}', "name", "invalid_character"),
        (r'{"name": "a\uDFFF\uD800"}', "name", "invalid_character"),
        (r'{"name": "a", "extra": {"k": ["\u0000"]}}', "extra.k.0", "invalid_character"),
        (r'{"name": "a", "extra": {"k\u0000": 1}}', "extra.k�", "invalid_character"),
        (r'{"name": "a", "extra": {"k\ud800": 1}}', "extra.k�", "invalid_character"),
        ('{"name": "a", "count": 9223372036854775808}', "count", "number_out_of_range"),
        ('{"name": "a", "count": -9223372036854775809}', "count", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": NaN}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": -Infinity}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": 1e999}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": {"k": 1E+999}}', "extra.k", "number_out_of_range"),
        ('{"name": "a", "extra": ' + '{"k":' * 40 + "1" + "}" * 41, "extra.k.k", "too_deep"),
        ('{"name": "a", "extra": {"k": ' + "[" * 500 + "]" * 500 + "}}", "extra.k.0", "too_deep"),
    ],
)
async def test_a_value_that_can_not_be_stored_is_rejected_with_its_field(
    http: httpx2.AsyncClient, context: Context, content: str, field: str, code: str
) -> None:
    assert fields(problem(await post_raw(http, content), 422, code)) == [(field, code)]
    assert context.database.opened == []


@pytest.mark.parametrize(
    "content",
    [
        r'{"name": "\\u0000"}',
        r'{"name": "\ud83d\ude00"}',
        '{"name": "NaN"}',
        r'{"name": "a\n\tb\r\n"}',
        r'{"name": "a\\b"}',
        '{"name": "1e999"}',
        '{"name": "a", "count": 9223372036854775807}',
        '{"name": "a", "extra": {"k": 0.12345678901234567890123}}',
        '{"name": "a", "extra": {"k": [' + ", ".join(["{}"] * 100) + "]}}",
        "",
    ],
)
async def test_a_valid_body_that_looks_suspicious_is_accepted(http: httpx2.AsyncClient, content: str) -> None:
    answer = await post_raw(http, content)
    assert answer.status_code == (200 if content else 422)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"name": "x", "count": true}', "int_type"),
        ('{"name": "x", "count": 1.0}', "int_type"),
        ('{"name": "x", "count": "1"}', "int_type"),
        ('{"name": 1}', "string_type"),
        ('{"name": "x", "when": 1900000000}', "datetime_type"),
    ],
)
async def test_a_body_has_exactly_the_described_types(http: httpx2.AsyncClient, content: str, code: str) -> None:
    assert fields(problem(await post_raw(http, content), 422, "invalid_request"))[0][1] == code


async def test_a_form_with_an_unknown_field_is_rejected(http: httpx2.AsyncClient) -> None:
    body = problem(await http.post("/things/form", data={"name": "x", "label": "y"}), 422, "invalid_request")
    assert fields(body) == [("label", "extra_forbidden")]


class _Closed(RequestModel):
    when: Moment | None = None
    day: Day | None = None


@pytest.mark.parametrize(
    "document", [{"other": 1}, {"when": "1900000000"}, {"day": "0"}, {"day": 86_400}, {"when": "+1.5"}]
)
def test_unknown_fields_and_numbers_as_times_are_refused(document: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        StrictBody(_Closed).check(document)
    StrictBody(_Closed).check({"when": "2026-12-01T09:00:00+13:00", "day": "2026-12-01"})


@pytest.mark.parametrize(
    "target",
    ["/things/number/1?cursor=a%08", "/things/number/1?cursor=a%00", "/things/number/1?%00=1", "/things/number/1%00"],
)
async def test_a_nul_character_in_the_target_is_rejected(http: httpx2.AsyncClient, target: str) -> None:
    problem(await http.get(target), 422, "invalid_character")


async def test_a_json_route_accepts_only_json_media_types(http: httpx2.AsyncClient) -> None:
    answer = await http.post("/things", content='{"name": "x"}', headers={"Content-Type": "text/plain"})
    problem(answer, 415, "unsupported_media_type")
    answer = await http.post(
        "/things", content='{"name": "x"}', headers={"Content-Type": "application/merge-patch+json; charset=utf-8"}
    )
    assert answer.status_code == 200
    assert (await http.post("/things/form", data={"name": "x"})).json() == "x"


async def test_a_form_with_a_nul_character_is_rejected_but_a_file_may_contain_any_byte(
    http: httpx2.AsyncClient,
) -> None:
    body = problem(await http.post("/things/form", data={"name": "x\x00"}), 422, "invalid_character")
    assert fields(body) == [("name", "invalid_character")]
    file = {"image": ("a.png", b"\x89PNG\x00\x00", "image/png")}
    assert (await http.post("/things/upload", files=file, data={"name": "x"})).json() == 6
    problem(await http.post("/things/upload", files=file, data={"name": "x\x00"}), 422, "invalid_character")
    problem(
        await http.post("/things/form", content=b"x", headers={"Content-Type": "multipart/form-data"}),
        400,
        "bad_request",
    )

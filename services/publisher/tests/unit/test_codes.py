"""Every known code of Ayrshare has its row: its meaning, who must act, and whether it is retried."""

from typing import Any

import pytest
from publisher.clients.ayrshare.answers import Answered
from publisher.clients.ayrshare.classification import Duplicate, Rejected, RejectedForNow, Unclear, classify
from publisher.clients.ayrshare.codes import load_codes

# code: (class, who must act, remedy, most retries; None: until the post expires)
CODES: dict[int, tuple[str, str, str, int | None]] = {
    102: ("transient", "operator", "contact_support", None),
    107: ("duplicate", "nobody", "contact_support", 0),
    108: ("unknown", "nobody", "contact_support", 0),
    110: ("duplicate", "nobody", "contact_support", 0),
    114: ("rejected", "operator", "contact_support", 0),
    132: ("rejected", "customer", "edit", 0),
    136: ("transient", "operator", "retry", 2),
    137: ("duplicate", "nobody", "contact_support", 0),
    138: ("rejected", "customer", "edit", 0),
    146: ("rejected", "operator", "contact_support", 0),
    156: ("rejected", "customer", "reconnect", 0),
    161: ("rejected", "customer", "reconnect", 0),
    169: ("rejected", "operator", "contact_support", 0),
    182: ("rejected", "customer", "edit", 0),
    189: ("rejected", "operator", "contact_support", 0),
    272: ("rejected", "customer", "reconnect", 0),
    349: ("rejected", "customer", "reconnect", 0),
    382: ("rejected", "operator", "contact_support", 0),
    383: ("rejected", "operator", "contact_support", 0),
    419: ("rejected", "operator", "contact_support", 0),
    440: ("transient", "operator", "retry", 2),
    479: ("transient", "operator", "retry", 2),
    501: ("rejected", "customer", "reconnect", 0),
    502: ("rejected", "customer", "reconnect", 0),
    503: ("rejected", "customer", "reconnect", 0),
    504: ("rejected", "operator", "contact_support", 0),
}

STATUSES: dict[str, tuple[str, str, str]] = {
    "400": ("rejected", "customer", "edit"),
    "401": ("transient", "operator", "contact_support"),
    "402": ("transient", "operator", "contact_support"),
    "403": ("rejected", "operator", "contact_support"),
    "404": ("rejected", "operator", "contact_support"),
    "408": ("unknown", "nobody", "contact_support"),
    "409": ("duplicate", "nobody", "contact_support"),
    "425": ("transient", "nobody", "retry"),
    "429": ("transient", "nobody", "retry"),
    "4xx": ("rejected", "customer", "edit"),
}


def answer(status: int, code: int | str | None, message: str = "no", **more: Any) -> Answered:
    row = {"action": "post", "status": "error", "code": code, "message": message, "platform": "instagram", **more}
    return Answered(status, {"status": "error", "posts": [{"status": "error", "errors": [row], "postIds": []}]}, "")


def test_the_table_has_exactly_these_codes() -> None:
    assert set(load_codes().by_code) == set(CODES)
    assert set(load_codes().by_status) == set(STATUSES)


@pytest.mark.invariant("P5", "P6")
@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_defines_who_must_act_and_how_often_it_is_retried(code: int) -> None:
    row = load_codes().row(400, code)
    assert row is not None
    retries = row.retries if row.class_ == "transient" else 0
    assert (row.class_, row.who, row.remedy, retries) == CODES[code]


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_each_http_status_defines_who_must_act(status: str) -> None:
    row = load_codes().by_status[status]
    assert (row.class_, row.who, row.remedy) == STATUSES[status]


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_row_has_a_text_for_people(code: int) -> None:
    for row in load_codes().by_code[code]:
        text = row.text.format(platform="Instagram", reason="because.")
        assert text.endswith(".")
        assert "{" not in text
        assert row.meaning
        assert row.pause > 0
        # a customer contacts support only for what the customer can't fix
        if row.remedy != "retry":
            assert (row.who == "customer") == (row.remedy != "contact_support")


@pytest.mark.invariant("P5")
@pytest.mark.parametrize("code", [1, 99, 999, 424242, None, "x"])
@pytest.mark.parametrize("status", [400, 403, 404, 410, 418, 422, 451])
def test_an_unknown_code_is_never_sent_again(status: int, code: int | str | None) -> None:
    assert isinstance(classify(answer(status, code), "INSTAGRAM"), Rejected)


@pytest.mark.invariant("P5")
@pytest.mark.parametrize("code", [*sorted(CODES), 424242, None])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_a_server_error_is_never_a_definite_answer(status: int, code: int | None) -> None:
    """Body codes 501 to 504 are not HTTP statuses, and an HTTP 500 with a definite code may have posted."""
    assert isinstance(classify(answer(status, code), "INSTAGRAM"), Unclear)


@pytest.mark.invariant("P5")
@pytest.mark.parametrize(
    "doubtful",
    [
        {"message": "The request timed out. Your post may have been published."},
        {"message": "The post is still processing."},
        {"detailsData": {"verifyReelsUrl": "https://x", "verifyReelsIn": 60}},
    ],
)
def test_an_unknown_code_with_a_doubtful_message_is_unclear(doubtful: dict[str, Any]) -> None:
    assert isinstance(classify(answer(400, 424242, **doubtful), "INSTAGRAM"), Unclear)
    # for a known code its row applies
    assert isinstance(classify(answer(400, 156, **doubtful), "INSTAGRAM"), Rejected)


def test_a_refusal_that_ayrshare_marks_as_retryable_is_retried_once() -> None:
    verdict = classify(answer(400, 424242, retryAvailable=True), "INSTAGRAM")
    assert isinstance(verdict, RejectedForNow)
    assert verdict.retries == 1
    assert isinstance(classify(answer(400, 156, retryAvailable=True), "INSTAGRAM"), Rejected)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Instagram Error: Restricted by robots.txt", "media_unreachable"),
        ("Instagram Error: 50 posts in 24 hours, 50 are allowed.", "quota_exhausted"),
        ("Instagram Error: at most 5 hashtags are allowed, got 9.", "text_refused"),
        ("Instagram Error: The aspect ratio is not supported.", "media_refused"),
    ],
)
def test_the_meanings_of_code_138_are_distinguished(message: str, code: str) -> None:
    verdict = classify(answer(400, 138, message), "INSTAGRAM")
    assert isinstance(verdict, Rejected | RejectedForNow)
    assert verdict.reason.code == code


def test_a_code_in_quotes_is_a_code() -> None:
    verdict = classify(answer(400, "156"), "INSTAGRAM")
    assert isinstance(verdict, Rejected)
    assert verdict.reason.code == "not_linked"


@pytest.mark.invariant("P5")
def test_a_used_key_is_a_duplicate_under_any_code() -> None:
    for code in [*CODES, 424242, None]:
        assert isinstance(classify(answer(400, code, "Duplicate idempotencyKey"), "INSTAGRAM"), Duplicate)

from typing import Any

import pytest
from publisher.clients.ayrshare.answers import Answered, AnswerLost, NeverSent
from publisher.clients.ayrshare.classification import (
    Accepted,
    Duplicate,
    NotSent,
    Rejected,
    RejectedForNow,
    Unclear,
    UnderWay,
    Verdict,
    classify,
)

FACEBOOK_LIVE = {"status": "success", "id": "1_2", "postUrl": "https://www.facebook.com/1_2", "platform": "facebook"}
INSTAGRAM_LIVE = {
    "status": "success",
    "id": "178",
    "postUrl": "https://www.instagram.com/p/x/",
    "platform": "instagram",
}


def success(*live: dict[str, Any]) -> dict[str, Any]:
    return {"status": "success", "errors": [], "postIds": list(live), "id": "Rhr", "refId": "140b", "post": "text"}


def error(code: int, message: str = "no", platform: str = "facebook", **more: Any) -> dict[str, Any]:
    row = {"action": "post", "status": "error", "code": code, "message": message, "platform": platform}
    return {"status": "error", "errors": [row], "postIds": [], "id": "6AP", **more}


def wrapped(post: dict[str, Any]) -> dict[str, Any]:
    return {"status": post["status"], "posts": [post]}


def on_facebook(status: int, body: dict[str, Any] | None) -> Verdict:
    return classify(Answered(status, body, ""), "FACEBOOK")


@pytest.mark.parametrize("shape", [lambda post: post, wrapped], ids=["flat", "wrapped"])
def test_a_success_has_the_ids_of_our_platform(shape: Any) -> None:
    verdict = on_facebook(200, shape(success(INSTAGRAM_LIVE, FACEBOOK_LIVE)))
    assert verdict == Accepted("Rhr", "1_2", "https://www.facebook.com/1_2")


def test_a_partial_success_is_classified_by_our_platform() -> None:
    body = wrapped({**error(182, platform="instagram"), "postIds": [FACEBOOK_LIVE]})
    assert isinstance(classify(Answered(400, body, ""), "FACEBOOK"), Accepted)
    assert isinstance(classify(Answered(400, body, ""), "INSTAGRAM"), Rejected)


@pytest.mark.invariant("P5")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, None),
        (500, error(156)),
        (502, {"status": "error", "message": "Bad gateway"}),
        (503, None),
        (200, None),
        (200, {}),
        (200, {"status": "success"}),
        (200, {"posts": []}),
        (200, {"posts": "none"}),
        (200, success()),
        (200, success(INSTAGRAM_LIVE)),
        (302, None),
        (408, {"status": "error", "message": "timeout"}),
        (400, error(108, "verify the reel")),
    ],
)
def test_an_inconclusive_answer_is_unclear(status: int, body: dict[str, Any] | None) -> None:
    assert isinstance(on_facebook(status, body), Unclear)


@pytest.mark.invariant("P5")
def test_a_lost_answer_is_unclear_and_a_call_that_never_left_is_not() -> None:
    assert isinstance(classify(AnswerLost("ReadTimeout"), "FACEBOOK"), Unclear)
    assert classify(NeverSent("ConnectError"), "FACEBOOK") == NotSent("ConnectError")


@pytest.mark.invariant("P5")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, error(137, "Duplicate or similar content posted within the same two day period.")),
        (400, {"action": "post", "status": "error", "code": 137, "message": "Duplicate."}),
        (400, wrapped(error(107))),
        (400, error(999, "This idempotencyKey was used before")),
        (403, {"status": "error", "code": 102, "message": "Duplicate idempotency key"}),
        (409, None),
    ],
)
def test_a_duplicate_is_never_a_rejection(status: int, body: dict[str, Any] | None) -> None:
    assert isinstance(on_facebook(status, body), Duplicate)


@pytest.mark.invariant("P6")
@pytest.mark.parametrize(
    ("status", "body", "code", "remedy"),
    [
        (400, error(156, "Facebook does not seem to be linked"), "not_linked", "reconnect"),
        (400, wrapped(error(161)), "authorization_lost", "reconnect"),
        (400, error(132), "text_too_long", "edit"),
        (400, error(424242, "Something new."), "rejected", "edit"),
        (403, {"status": "error", "message": "suspended"}, "profile_refused", "contact_support"),
        (404, None, "rejected", "contact_support"),
        (418, None, "rejected", "edit"),
    ],
)
def test_a_rejection_has_a_remedy(status: int, body: Any, code: str, remedy: str) -> None:
    verdict = on_facebook(status, body)
    assert isinstance(verdict, Rejected)
    assert (verdict.reason.code, verdict.reason.remedy) == (code, remedy)


def test_the_text_of_an_unknown_rejection_contains_the_reason() -> None:
    verdict = on_facebook(400, error(424242, "The moon is full."))
    assert isinstance(verdict, Rejected)
    assert "Facebook" in verdict.reason.message
    assert "The moon is full." in verdict.reason.message


@pytest.mark.parametrize("body", [None, {"status": "error", "code": 137, "message": "x"}, wrapped(error(99))])
def test_too_many_requests_pauses_the_profile_with_any_body(body: Any) -> None:
    verdict = on_facebook(429, body)
    assert isinstance(verdict, RejectedForNow)
    assert verdict.scope == "profile"


def test_unreachable_media_may_be_retried_twice() -> None:
    verdict = on_facebook(400, {"action": "post", "status": "error", "code": 136, "message": "Media URLs invalid."})
    assert isinstance(verdict, RejectedForNow)
    assert verdict.retries == 2


@pytest.mark.parametrize("status", ["pending", "processing", "scheduled"])
def test_an_unfinished_post_is_neither_live_nor_lost(status: str) -> None:
    assert on_facebook(200, wrapped({"status": status, "id": "x", "errors": []})) == UnderWay()


def test_an_error_of_another_platform_is_ignored() -> None:
    assert isinstance(on_facebook(200, error(182, platform="instagram")), Unclear)

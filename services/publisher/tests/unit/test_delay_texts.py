"""Texts for people while a post is delayed: true whenever they are shown, and clear about what to do."""

from datetime import UTC, datetime, timedelta

import pytest
from publisher.clients.ayrshare.codes import load_codes
from publisher.models import Delivery
from publisher.transitions.rules import outcome_pending, provider_away, reason_afterwards, refused_too_late, retrying
from pulseworks_contracts import Reason

NOW = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
DELIVERY = Delivery(platform="FACEBOOK", expires_at=NOW + timedelta(hours=6), uncertain_since=NOW)
TRANSIENT = sorted({row.code for rows in load_codes().by_code.values() for row in rows if row.class_ == "transient"})
PROMISES = ("goes out when it does", "goes out a little later", "waits until then")


def pending(*, has_arrived: bool) -> str:
    return outcome_pending(DELIVERY, has_arrived=has_arrived, limit=timedelta(minutes=30), now=NOW).message


def test_an_uncertain_post_is_said_to_be_uncertain_and_until_when() -> None:
    assert "may or may not be live on Facebook" in pending(has_arrived=False)
    assert "we send it again" in pending(has_arrived=False)
    assert "we send it again" not in pending(has_arrived=True), "a used key: only a person may have it sent again"
    for text in (pending(has_arrived=False), pending(has_arrived=True)):
        assert "2026-12-02 09:30 UTC" in text
        assert "don't post it yourself" in text


@pytest.mark.parametrize("code", TRANSIENT)
def test_a_retry_says_how_long_it_is_tried_and_asks_for_nothing(code: str) -> None:
    reason = Reason(code=code, message="Schedule the post again.", remedy="retry")
    delay = retrying(DELIVERY, reason)
    assert (delay.code, delay.remedy) == (code, None)
    assert "2026-12-02 15:00 UTC" in delay.message
    assert "Schedule" not in delay.message


@pytest.mark.parametrize("code", TRANSIENT)
def test_a_failure_promises_nothing(code: str) -> None:
    reason = Reason(code=code, message=f"Your post {PROMISES[0]}.", remedy="retry")
    texts = [refused_too_late(reason).message, reason_afterwards(code, "it was refused")]
    assert not any(promise in text for promise in PROMISES for text in texts)


def test_while_the_provider_is_away_nothing_is_promised_without_a_limit() -> None:
    assert "until 2026-12-02 15:00 UTC" in provider_away(DELIVERY).message

import pytest
from pydantic import ValidationError
from sandbox.standin import FaultKind, FaultRule, Faults

POST = "POST /api/post"


def fired(rule: FaultRule, requests: int = 10, line: str = POST) -> int:
    return sum(rule.fires(line, {}, b"") for _ in range(requests))


def test_rule_fires_the_given_number_of_times_after_the_skipped_requests() -> None:
    rule = FaultRule(match=POST, kind=FaultKind.STATUS, times=2, skip=3)
    assert [rule.fires(POST, {}, b"") for _ in range(7)] == [False, False, False, True, True, False, False]


def test_rule_fires_forever() -> None:
    assert fired(FaultRule(kind=FaultKind.STATUS, times="forever"), 500) == 500


def test_rule_with_header_and_body_ignores_other_requests() -> None:
    rule = FaultRule(match=POST, kind=FaultKind.STATUS, times="forever", header={"Profile-Key": "AAAA"}, body="hello")
    assert rule.fires(POST, {"profile-key": "AAAA-1"}, b'{"post":"hello"}')
    assert not rule.fires(POST, {"profile-key": "BBBB-1"}, b'{"post":"hello"}')
    assert not rule.fires(POST, {"profile-key": "AAAA-1"}, b'{"post":"bye"}')
    assert not rule.fires("GET /api/post", {"profile-key": "AAAA-1"}, b'{"post":"hello"}')


def test_same_seed_gives_the_same_choice() -> None:
    def choices(seed: int) -> list[bool]:
        rule = FaultRule(kind=FaultKind.STATUS, times="forever", probability=0.5, seed=seed)
        return [rule.fires(POST, {}, b"") for _ in range(50)]

    assert choices(7) == choices(7)
    assert 10 < sum(choices(7)) < 40


def test_latency_adds_up_and_does_not_hide_the_deciding_rule() -> None:
    faults = Faults()
    faults.add(
        [
            FaultRule(kind=FaultKind.LATENCY, seconds=0.2),
            FaultRule(kind=FaultKind.LATENCY, seconds=0.3),
            FaultRule(kind=FaultKind.DROP_AFTER),
        ]
    )
    delay, rule = faults.pick(POST, {}, b"")
    assert delay == pytest.approx(0.5)
    assert rule is not None
    assert rule.kind is FaultKind.DROP_AFTER


def test_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="time"):
        FaultRule.model_validate({"kind": "latency", "time": 3})

"""`doctor` names each fault with its cure, once, and never a secret."""

import asyncio

import pytest
from common.errors import BadGatewayError
from common.runtime import doctor
from common.runtime.doctor import Diagnosis, examine, only


async def fine() -> None:
    return None


def failing(error: Exception) -> Diagnosis:
    async def probe() -> str:
        raise error

    return Diagnosis("broker", probe, "start RabbitMQ")


def refused_by_provider() -> BadGatewayError:
    error = BadGatewayError("Try again later.")
    error.__cause__ = ValueError("Invalid key sk_live_abc")
    return error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("missing on the broker: a queue."), "missing on the broker: a queue"),
        (OSError("amqp://user:hunter2@host is down"), "OSError: amqp://**hidden**@host is down"),
        (ConnectionError(), "ConnectionError"),
        (refused_by_provider(), f"{BadGatewayError.title} (ValueError)"),
    ],
)
async def test_a_fault_has_its_reason_and_its_cure_but_no_secret(error: Exception, reason: str) -> None:
    [result] = await examine([failing(error)])
    assert result.ok is False
    assert str(result) == f"FAIL broker       {reason}. Cure: start RabbitMQ"


async def test_what_needs_a_failed_check_is_not_checked() -> None:
    queues = Diagnosis("queues", only(fine, "complete"), "declare them", needs="broker")
    results = await examine([failing(OSError()), queues])
    assert [result.ok for result in results] == [False, None]
    assert str(results[1]) == "-    queues       not checked, since it needs the broker"


async def test_a_check_that_does_not_end_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_LONGEST_SECONDS", 0.01)
    [result] = await examine([Diagnosis("storage", only(asyncio.Event().wait, ""), "correct S3_ENDPOINT_URL")])
    assert "no answer within 0.01 s. Cure: correct S3_ENDPOINT_URL" in str(result)


async def test_what_is_fine_takes_one_line() -> None:
    results = await examine([Diagnosis("broker", only(fine, "accepts the login"), ""), doctor.zone_data()])
    assert str(results[0]) == "ok   broker       accepts the login"
    assert str(results[1]).startswith("ok   zone data    IANA 20")

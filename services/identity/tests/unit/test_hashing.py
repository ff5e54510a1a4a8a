import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from identity.passwords.hashing import BusyError, PasswordHashing


@pytest.fixture
def hashing() -> Iterator[PasswordHashing]:
    made = PasswordHashing(threads=2, queue=2, memory_kib=64, iterations=1)
    yield made
    made.close()


async def test_a_password_has_its_hash_and_no_other(hashing: PasswordHashing) -> None:
    hashed = await hashing.hash("quiet harbour lamp")

    assert await hashing.verify(hashed, "quiet harbour lamp")
    assert not await hashing.verify(hashed, "quiet harbour lamb")
    assert not await hashing.verify("not a hash", "quiet harbour lamp")
    assert not await hashing.verify(None, "quiet harbour lamp")
    assert await hashing.hash("quiet harbour lamp") != hashed


async def test_nobodys_hash_is_as_costly_as_a_real_one(hashing: PasswordHashing) -> None:
    hashed = await hashing.hash("quiet harbour lamp")

    assert not hashing.is_outdated(hashing.nobodys)
    assert [len(part) for part in hashing.nobodys.split("$")] == [len(part) for part in hashed.split("$")]


async def test_other_parameters_are_outdated(hashing: PasswordHashing) -> None:
    other = PasswordHashing(memory_kib=128, iterations=1)
    hashed = await other.hash("quiet harbour lamp")
    other.close()

    assert hashing.is_outdated(hashed)
    assert await hashing.verify(hashed, "quiet harbour lamp")


def test_the_defaults_are_those_of_owasp() -> None:
    made = PasswordHashing()
    made.close()
    assert made.nobodys.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_the_loop_goes_on_and_no_more_than_the_threads_work(
    hashing: PasswordHashing, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_work, most, go_on = 0, 0, threading.Event()
    lock = threading.Lock()

    def slow(encoded: str, password: str) -> bool:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        go_on.wait(5)
        with lock:
            at_work -= 1
        return True

    monkeypatch.setattr(hashing, "_verify", slow)
    tasks = [asyncio.create_task(hashing.verify("x", "y")) for _ in range(4)]
    started = time.perf_counter()
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await hashing.verify("x", "y")
    assert time.perf_counter() - started < 1
    go_on.set()

    assert await asyncio.gather(*tasks) == [True] * 4
    assert most == 2
    assert await hashing.verify("x", "y")

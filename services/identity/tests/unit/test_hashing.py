import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from identity.passwords.errors import SignInBusyError
from identity.passwords.service import PasswordHashing


@pytest.fixture
def hashing() -> Iterator[PasswordHashing]:
    made = PasswordHashing(threads=2, queue=2, memory_kib=64, iterations=1)
    yield made
    made.close()


async def test_only_the_right_password_matches_its_hash(hashing: PasswordHashing) -> None:
    hashed = await hashing.hash("quiet harbour lamp")

    assert await hashing.verify(hashed, "quiet harbour lamp")
    assert not await hashing.verify(hashed, "quiet harbour lamb")
    assert not await hashing.verify("not a hash", "quiet harbour lamp")
    assert not await hashing.verify(None, "quiet harbour lamp")
    assert await hashing.hash("quiet harbour lamp") != hashed


async def test_the_dummy_hash_costs_as_much_as_a_real_one(hashing: PasswordHashing) -> None:
    hashed = await hashing.hash("quiet harbour lamp")

    assert not hashing.is_outdated(hashing.dummy_hash)
    assert [len(part) for part in hashing.dummy_hash.split("$")] == [len(part) for part in hashed.split("$")]


async def test_a_hash_with_other_parameters_is_outdated(hashing: PasswordHashing) -> None:
    other = PasswordHashing(memory_kib=128, iterations=1)
    hashed = await other.hash("quiet harbour lamp")
    other.close()

    assert hashing.is_outdated(hashed)
    assert await hashing.verify(hashed, "quiet harbour lamp")


def test_the_default_parameters_follow_owasp() -> None:
    made = PasswordHashing()
    made.close()
    assert made.dummy_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_hashing_does_not_block_the_event_loop_and_limits_its_threads(
    hashing: PasswordHashing, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, most, release = 0, 0, threading.Event()
    lock = threading.Lock()

    def slow(encoded: str, password: str) -> bool:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        release.wait(5)
        with lock:
            running -= 1
        return True

    monkeypatch.setattr(hashing, "_verify", slow)
    tasks = [asyncio.create_task(hashing.verify("x", "y")) for _ in range(4)]
    started = time.perf_counter()
    await asyncio.sleep(0)
    with pytest.raises(SignInBusyError):
        await hashing.verify("x", "y")
    assert time.perf_counter() - started < 1
    release.set()

    assert await asyncio.gather(*tasks) == [True] * 4
    assert most == 2
    assert await hashing.verify("x", "y")

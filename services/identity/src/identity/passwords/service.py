"""Argon2id in a thread pool: not on the event loop, and with limited concurrency."""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from identity.passwords.errors import SignInBusyError

# OWASP Password Storage Cheat Sheet, Argon2id: m=19456 (19 MiB), t=2, p=1.
_MEMORY_KIB = 19_456
_ITERATIONS = 2
_PARALLELISM = 1
# One place for known devices beside this many for everyone.
_RESERVED_SHARE = 4

P = ParamSpec("P")
R = TypeVar("R")


class PasswordHashing:
    """Hashes and verifies passwords that `prepare_password()` returned.

    `hash` and `verify` raise `SignInBusyError` when the queue is full.
    """

    def __init__(
        self, *, threads: int = 2, queue: int = 64, memory_kib: int = _MEMORY_KIB, iterations: int = _ITERATIONS
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=iterations,
            memory_cost=memory_kib,
            parallelism=_PARALLELISM,
            hash_len=32,
            salt_len=16,
            type=Type.ID,
        )
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._limit = threads + queue
        self._reserved = queue // _RESERVED_SHARE + 1
        self._pending = 0
        self.dummy_hash = self._random_hash(memory_kib, iterations)

    @staticmethod
    def _random_hash(memory_kib: int, iterations: int) -> str:
        """Return a hash that matches no password and takes as long to verify as a real one."""
        salt, digest = (base64.b64encode(secrets.token_bytes(n)).rstrip(b"=").decode() for n in (16, 32))
        return f"$argon2id$v=19$m={memory_kib},t={iterations},p={_PARALLELISM}${salt}${digest}"

    async def hash(self, password: str) -> str:
        return await self._run(self._limit, self._hasher.hash, password)

    async def verify(self, encoded: str | None, password: str, *, known_device: bool = False) -> bool:
        """Return whether the password matches. None means an unknown user: it takes as long and returns False.

        Some places of the queue are only for devices that have signed in before, so that strangers cannot fill it.
        """
        limit = self._limit + self._reserved if known_device else self._limit
        return await self._run(limit, self._verify, encoded or self.dummy_hash, password)

    def is_outdated(self, encoded: str) -> bool:
        """Return whether the hash was created with other parameters than the current ones."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, limit: int, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._pending >= limit:
            raise SignInBusyError("Try again in a moment.", retry_after=1)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))
        finally:
            self._pending -= 1

"""Argon2id in threads of its own: never on the event loop, and never more at once than the machine bears."""

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from common.errors import UnavailableError

# OWASP Password Storage Cheat Sheet, Argon2id: m=19456 (19 MiB), t=2, p=1.
_MEMORY_KIB = 19_456
_ITERATIONS = 2
_PARALLELISM = 1

P = ParamSpec("P")
R = TypeVar("R")


class BusyError(UnavailableError):
    code = "sign_in_busy"
    title = "Too many people sign in at once"


class PasswordHashing:
    """Passwords come in as `prepare_password()` made them. All methods raise `BusyError` when too many wait."""

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
        self._pending = 0
        self.nobodys = self._made_up(memory_kib, iterations)

    @staticmethod
    def _made_up(memory_kib: int, iterations: int) -> str:
        """Return a hash that no password has and that takes as long to check as a real one."""
        salt, digest = (base64.b64encode(secrets.token_bytes(n)).rstrip(b"=").decode() for n in (16, 32))
        return f"$argon2id$v=19$m={memory_kib},t={iterations},p={_PARALLELISM}${salt}${digest}"

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, password)

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Tell whether the password has this hash. None (nobody's) takes the same time and is never true."""
        return await self._run(self._verify, encoded or self.nobodys, password)

    def is_outdated(self, encoded: str) -> bool:
        """Tell whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(encoded)

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _verify(self, encoded: str, password: str) -> bool:
        try:
            return self._hasher.verify(encoded, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if self._pending >= self._limit:
            raise BusyError("Try again in a moment.", retry_after=1)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, lambda: function(*args, **kwargs))
        finally:
            self._pending -= 1

"""Processes that end with their parent, and cleanup of processes that a killed parent left running."""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from .errors import DirectoryInUseError

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02


def dies_with_parent(signal_number: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has the kernel signal the child when the starting thread ends (Linux only).

    Start such a child from a thread that lives as long as the child should, in practice the main thread.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def request_death_signal() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal_number))
        if os.getppid() != parent:
            os._exit(1)

    return request_death_signal


def command_line(pid: int) -> str | None:
    """Return the command line of a running process, or None if there is none (or only a zombie)."""
    if sys.platform == "linux":
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return None
        return raw.replace(b"\0", b" ").decode(errors="replace").strip() or None
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return shown.stdout.strip() or None


def children_of(pid: int) -> list[int]:
    """Return the process ids of the children of a process."""
    if sys.platform != "linux":
        shown = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
        return [int(word) for word in shown.stdout.split()]
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # "pid (name) state parent ...": the name may contain spaces and parentheses
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                children.append(int(stat.parent.name))
    return children


def wait_for_exit(pids: list[int], *, grace_seconds: float) -> None:
    """Wait up to `grace_seconds` seconds for processes to exit, then kill the remaining ones."""
    deadline = time.monotonic() + grace_seconds
    while time.monotonic() < deadline:
        if all(command_line(pid) is None for pid in pids):
            return
        time.sleep(POLL_SECONDS)
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def read_pid(file: Path) -> int | None:
    """Return the number in the first line of a file, or None if there is none."""
    try:
        return int(file.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None


def stop_orphan(pid: int | None, marker: str, *, grace_seconds: float, gentle: signal.Signals = signal.SIGTERM) -> bool:
    """Stop an orphan of an earlier run that was killed. It is ours only if its command line contains `marker`.

    Waits up to `grace_seconds` seconds after the gentle signal, then kills. Returns whether there was one.
    """
    if pid is None or marker not in (command_line(pid) or ""):
        return False
    for number in (gentle, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + grace_seconds
        while time.monotonic() < deadline:
            if marker not in (command_line(pid) or ""):
                return True
            time.sleep(POLL_SECONDS)
    return True


class DirectoryLock:
    """Held while a process runs a server on a directory. The kernel releases it when the process dies."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "lock"
        self._descriptor: int | None = None

    def acquire(self) -> Self:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise DirectoryInUseError(
                f"Process {holder} already runs a server in {self.path.parent}. Stop it or choose another directory."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor
        return self

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

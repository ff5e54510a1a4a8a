import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

OWNER = Path(__file__).with_name("owner.py")


@pytest.fixture
def awkward_directory(tmp_path: Path) -> Path:
    """A folder with spaces in a path that is too long for a socket address."""
    return tmp_path / "with a space" / ("long-" * 30) / "and a bit more"


@pytest.fixture
def ordinary_user() -> int | None:
    """The user id to switch to for a test without root, or None if we are an ordinary user."""
    return 65534 if os.geteuid() == 0 else None


@pytest.fixture
def open_directory(ordinary_user: int | None) -> Iterator[Path]:
    """A folder of the ordinary user that can be reached without root."""
    with tempfile.TemporaryDirectory(prefix="pulseworks-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if ordinary_user is not None:
            os.chown(folder, ordinary_user, ordinary_user)
        yield folder


def processes_in(directory: Path) -> list[int]:
    """Return the processes whose working directory or command line is in the directory."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            here = (folder / "cwd").resolve(strict=True).is_relative_to(directory.resolve())
            if here or os.fsencode(directory) in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@dataclass
class Owner:
    """Another process that runs one server; `facts` is its output once the server is ready."""

    process: subprocess.Popen[str]
    facts: dict[str, Any]

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


class StartOwner(Protocol):
    def __call__(
        self, kind: str, directory: Path, *, uid: int | None = None, environ: Mapping[str, str] | None = None
    ) -> Owner: ...


@pytest.fixture
def start_owner() -> Iterator[StartOwner]:
    owners: list[Owner] = []

    def start(kind: str, directory: Path, *, uid: int | None = None, environ: Mapping[str, str] | None = None) -> Owner:
        words = [sys.executable, str(OWNER), kind, str(directory), *([str(uid)] if uid else [])]
        process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env={**os.environ, **(environ or {})}
        )
        assert process.stdout
        said = process.stdout.readline()
        assert said, f"the owner of {kind} ended with {process.wait()}"
        owners.append(Owner(process, json.loads(said)))
        return owners[-1]

    yield start
    for owner in owners:
        owner.process.communicate("stop\n" if owner.process.poll() is None else None, timeout=30)

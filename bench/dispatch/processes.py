"""The programs of a round: started here, stopped by process id, with their processor time counted."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sandbox.stack.lifetime import dies_with_parent

_TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """A process that prints a line `ready`, then works until SIGTERM."""

    def __init__(self, name: str, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._ready = False
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(arguments),
                env={**os.environ, **environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=output,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_ready(self, seconds: float = 60.0) -> None:
        """Return once it is ready. Raises RuntimeError if it exits first or takes longer."""
        output = self._process.stdout
        assert output is not None
        deadline = time.monotonic() + seconds
        while not self._ready:
            if not select.select([output], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise RuntimeError(f"{self.name} was not ready within {seconds:.0f} s; see {self.log}")
            said = os.read(output.fileno(), 4096)
            if not said:
                raise RuntimeError(f"{self.name} exited before it was ready; see {self.log}")
            self._ready = b"ready" in said.split()

    def stop(self) -> None:
        """Stop it and its child processes."""
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                pass
            else:
                return
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll every 20 ms until the condition holds; return whether it did in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def processor_seconds(pid: int) -> float:
    """Return the processor time of a process and all its descendants, including exited ones (Linux)."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        child = int(stat.parent.name)
        parents.setdefault(int(fields[1]), []).append(child)
        used[child] = sum(int(field) for field in fields[11:15]) / _TICKS
    total, waiting = 0.0, [pid]
    while waiting:
        current = waiting.pop()
        total += used.get(current, 0.0)
        waiting += parents.get(current, [])
    return total

"""The time at which each job's handler was entered: a file of doubles that several processes write."""

import mmap
import struct
import time
from pathlib import Path

_SECONDS = struct.Struct("<d")


class Marks:
    """Unix time in seconds by the job's number; 0.0 if it was not reached. The first time counts."""

    def __init__(self, path: Path, count: int) -> None:
        self.path = path
        self.count = count
        if not path.exists():
            path.write_bytes(bytes(_SECONDS.size * count))
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)

    def note(self, index: int) -> None:
        place = _SECONDS.size * index
        if self._memory[place : place + _SECONDS.size] == bytes(_SECONDS.size):
            _SECONDS.pack_into(self._memory, place, time.time())

    def read(self) -> list[float]:
        return [moment for (moment,) in _SECONDS.iter_unpack(self._memory[:])]

    def reached(self) -> int:
        return sum(1 for moment in self.read() if moment)

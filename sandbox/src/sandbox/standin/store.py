"""A stand-in's state: in-memory tables of JSON values, with an optional journal that survives a kill."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any


class Store:
    """Tables of JSON values by key, in order of insertion.

    With a path, every change is appended to that file before the call returns, as one JSON line, so the state survives
    a `kill -9` of the process (but not a crash of the machine: there is no fsync). The next start drops a partial last
    line and compacts the file.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._tables: dict[str, dict[str, Any]] = {}
        self._path = path
        if path is not None:
            self._load(path)
            self._compact(path)
        self._journal = path.open("ab", buffering=0) if path else None

    def get(self, table: str, key: str) -> Any:
        """Return the value, or None. Change it only with `put`."""
        return self._tables.get(table, {}).get(key)

    def put(self, table: str, key: str, value: Any) -> None:
        """Set a JSON value; an existing key keeps its place in the order."""
        self._tables.setdefault(table, {})[key] = value
        self._append({"t": table, "k": key, "v": value})

    def put_many(self, changes: Sequence[tuple[str, str, Any]]) -> None:
        """Set several `(table, key, value)` in one write: after a kill either all or none are stored."""
        for table, key, value in changes:
            self._tables.setdefault(table, {})[key] = value
        self._append(*({"t": table, "k": key, "v": value} for table, key, value in changes))

    def delete(self, table: str, key: str) -> Any:
        """Remove a value and return it, or None if there was none."""
        removed = self._tables.get(table, {}).pop(key, None)
        self._append({"t": table, "k": key})
        return removed

    def values(self, table: str) -> list[Any]:
        return list(self._tables.get(table, {}).values())

    def items(self, table: str) -> Iterator[tuple[str, Any]]:
        yield from list(self._tables.get(table, {}).items())

    def count(self, table: str) -> int:
        return len(self._tables.get(table, {}))

    def clear(self, *, keep: tuple[str, ...] = ()) -> None:
        """Empty all tables except those in `keep`, in memory and in the file."""
        self._tables = {name: rows for name, rows in self._tables.items() if name in keep}
        if self._path is not None:
            self.close()
            self._compact(self._path)
            self._journal = self._path.open("ab", buffering=0)

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _append(self, *changes: dict[str, Any]) -> None:
        if self._journal is not None:
            self._journal.write(b"".join(map(_line, changes)))

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        for line in path.read_bytes().splitlines():
            try:
                change = json.loads(line)
            except ValueError:
                continue
            rows = self._tables.setdefault(change["t"], {})
            if "v" in change:
                rows[change["k"]] = change["v"]
            else:
                rows.pop(change["k"], None)

    def _compact(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        with fresh.open("wb") as file:
            for table, rows in self._tables.items():
                file.writelines(_line({"t": table, "k": key, "v": value}) for key, value in rows.items())
        fresh.replace(path)


def _line(change: dict[str, Any]) -> bytes:
    return json.dumps(change, separators=(",", ":")).encode() + b"\n"

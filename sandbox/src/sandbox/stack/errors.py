from pathlib import Path

LOG_LINES_SHOWN = 15


class StackError(Exception):
    """The stack can't do something. The text is written for the person at the terminal."""


class PrerequisiteError(StackError):
    """The machine lacks something that its owner must add. The text says what to do."""


class DirectoryInUseError(StackError):
    """Another running process uses the same directory."""


class ServerFailedError(StackError):
    """A server exited or did not respond in time. The text ends with the last lines of its log."""

    def __init__(self, what: str, log: Path | None = None) -> None:
        tail = last_lines(log) if log else ""
        super().__init__(f"{what}. Last lines of {log}:\n{tail}" if tail else f"{what}.")


def last_lines(log: Path, count: int = LOG_LINES_SHOWN) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 20_000))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-count:])

from pathlib import Path

LOG_LINES_SHOWN = 15


class StackError(Exception):
    """Something of the private stack could not be done; the text is written for the person at the terminal."""


class PrerequisiteError(StackError):
    """The machine lacks something that only its owner can add; the text says what to do."""


class DirectoryInUseError(StackError):
    """Another living process runs a server on the same directory."""


class ServerFailedError(StackError):
    """A server ended or did not answer in time; the text carries the last lines of its log."""

    def __init__(self, what: str, log: Path | None = None) -> None:
        tail = last_lines(log) if log else ""
        super().__init__(f"{what}. The end of {log}:\n{tail}" if tail else f"{what}.")


def last_lines(log: Path, count: int = LOG_LINES_SHOWN) -> str:
    try:
        with log.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 20_000))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-count:])

"""Earlier commits of PulseWorks, each checked out and installed in an environment of its own."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.stack.errors import PrerequisiteError

_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Commit:
    revision: str
    folder: Path

    @classmethod
    def of(cls, cache: Path, name: str) -> "Commit":
        """Take any name that git knows. Nothing is checked out yet."""
        revision = output(["git", "rev-parse", "--verify", f"{name}^{{commit}}"], _REPOSITORY).strip()
        return cls(revision, cache / "earlier" / revision)

    @property
    def label(self) -> str:
        return f"PulseWorks at {self.revision[:7]}"

    @property
    def python(self) -> str:
        return str(self.folder / ".venv" / "bin" / "python")

    def install(self) -> None:
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            archive = self.folder.with_suffix(".tar")
            output(["git", "archive", f"--output={archive}", self.revision], _REPOSITORY)
            output(["tar", "-xf", str(archive), "-C", str(self.folder)], _REPOSITORY)
            archive.unlink()
        print(f"Installing {self.label} ...", flush=True)
        output(["make", "setup"], self.folder)


def output(command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None) -> str:
    """Return what the command prints. Raises PrerequisiteError if it fails."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environ or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PrerequisiteError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

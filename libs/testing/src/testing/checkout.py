"""An earlier commit of this repository, with an environment of its own."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from sandbox.stack.errors import PrerequisiteError

REPOSITORY = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Checkout:
    """Its files and its installed packages."""

    revision: str
    folder: Path

    @property
    def python(self) -> str:
        return str(self.folder / ".venv" / "bin" / "python")


def check_out(commit: str, cache: Path) -> Checkout:
    """Extract and install a commit below ``cache``, unless that was done. Raises PrerequisiteError."""
    revision = output(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], REPOSITORY).strip()
    checkout = Checkout(revision, cache / revision)
    if not checkout.folder.exists():
        unfinished = checkout.folder.with_suffix(".unfinished")
        unfinished.mkdir(parents=True, exist_ok=True)
        archive = unfinished / "archive.tar"
        output(["git", "archive", f"--output={archive}", revision], REPOSITORY)
        output(["tar", "-xf", str(archive), "-C", str(unfinished)], REPOSITORY)
        archive.unlink()
        unfinished.rename(checkout.folder)
    output(["make", "setup"], checkout.folder)
    return checkout


def output(command: list[str], folder: Path, environ: dict[str, str] | None = None) -> str:
    """Return what a command prints. Raises PrerequisiteError if it fails."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environ or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PrerequisiteError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

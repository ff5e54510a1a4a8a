"""An earlier commit of PulseWorks in the same run: its code in its own environment, with its own database."""

import os
import subprocess
from pathlib import Path

from sandbox.stack.errors import PrerequisiteError
from testing.servers import DatabaseServer

from dispatch.systems.base import Place
from dispatch.systems.databases import emptied_database
from dispatch.systems.ours import SERVICES, Ours

_REPOSITORY = Path(__file__).resolve().parents[3]


class Earlier(Ours):
    namespace = "bench-earlier"

    def __init__(self, place: Place, commit: str) -> None:
        super().__init__(place)
        revision = _output(["git", "rev-parse", "--verify", f"{commit}^{{commit}}"], _REPOSITORY).strip()
        self.name = f"PulseWorks at {revision[:7]}"
        self._folder = place.peers / "earlier" / revision
        self._revision = revision

    def prepare(self) -> None:
        """Check the commit out, install it, and migrate its schemas with its own code."""
        if not self._folder.exists():
            self._folder.mkdir(parents=True)
            archive = self._folder.with_suffix(".tar")
            _output(["git", "archive", f"--output={archive}", self._revision], _REPOSITORY)
            _output(["tar", "-xf", str(archive), "-C", str(self._folder)], _REPOSITORY)
            archive.unlink()
        print(f"Installing {self.name} ...", flush=True)
        _output(["make", "setup"], self._folder)
        self.python = str(self._folder / ".venv" / "bin" / "python")
        self.path = [str(self._folder / "bench")]
        super_url = emptied_database(self.place.postgres_url, "earlier")
        self.server = DatabaseServer(super_url, self.password)
        for service in SERVICES:
            urls = {"DATABASE_URL": self.server.runtime_url(service), "MIGRATION_DATABASE_URL": super_url}
            _output([self.python, "-m", service, "migrate"], self._folder, urls)


def _output(command: list[str], folder: Path, environ: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **(environ or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise PrerequisiteError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout

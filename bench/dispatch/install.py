"""Installs the compared systems into the bench's own cache folder."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from sandbox.stack.errors import PrerequisiteError

NODE_PACKAGES = ("bullmq@6.7.0", "graphile-worker@0.17.3", "pg@8", "ioredis@5")
PYTHON_PACKAGES = (
    "celery==5.7.0",
    "procrastinate==3.10.0",
    "psycopg[binary]",
    "faststream-outbox[asyncpg]==0.19.0",
    "faststream[rabbit]>=0.7.8,<0.8",
    "uvloop",
)


def install(cache: Path) -> None:
    """Install what is missing. A change of the lists above reinstalls."""
    wanted = hashlib.sha256(repr((NODE_PACKAGES, PYTHON_PACKAGES, sys.version_info[:3])).encode()).hexdigest()
    noted = cache / "installed"
    if noted.exists() and noted.read_text() == wanted:
        return
    if not shutil.which("npm"):
        raise PrerequisiteError("BullMQ and graphile-worker need Node: install nodejs (20 or newer) with npm.")
    print("Installing the compared systems (npm and a virtual environment) ...", flush=True)
    node = cache / "node"
    node.mkdir(parents=True, exist_ok=True)
    (node / "package.json").write_text('{"private": true, "type": "module"}\n')
    _run(["npm", "install", "--silent", "--no-fund", "--no-audit", *NODE_PACKAGES], node)
    environment = cache / "python"
    _run(
        [sys.executable, "-m", "uv", "venv", "--quiet", "--clear", "--python", sys.executable, str(environment)], cache
    )
    # named explicitly: uv started as a module uses the environment that it was started from
    _run([sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python(cache), *PYTHON_PACKAGES], cache)
    noted.write_text(wanted)


def python(cache: Path) -> str:
    """Return the Python interpreter of the compared systems."""
    return str(cache / "python" / "bin" / "python")


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PrerequisiteError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")

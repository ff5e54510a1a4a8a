"""Programs of Debian's packages, unpacked into a cache folder: no root, and no change of the system."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sandbox.stack.errors import PrerequisiteError

__all__ = ["unpacked"]


def unpacked(title: str, packages: Sequence[str], folder: Path) -> Path:
    """Return ``folder`` with the files of the packages. Raises PrerequisiteError if they can't be downloaded."""
    if folder.exists():
        return folder
    for tool in ("apt-get", "dpkg"):
        if not shutil.which(tool):
            raise PrerequisiteError(
                f"{title} is not installed and can't be downloaded without {tool}: install {title}."
            )
    folder.parent.mkdir(parents=True, exist_ok=True)
    options = ["-o", "Debug::NoLocking=1"] + (["-o", "APT::Sandbox::User=root"] if os.geteuid() == 0 else [])
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        work = Path(name)
        done = subprocess.run(
            ["apt-get", *options, "download", *packages], cwd=work, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise PrerequisiteError(
                f"{title} could not be downloaded; install it. apt-get said:\n{done.stderr.strip()}"
            )
        for package in work.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, work / "root"], check=True)
        (work / "root").rename(folder)
    return folder

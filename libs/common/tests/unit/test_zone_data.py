"""Zone data come from the pinned package, whatever the host has."""

import os
import subprocess
import sys
import zoneinfo
from pathlib import Path

import tzdata
from common.zone_data import ZONE_DATA_VERSION

_PROGRAM = """
import common, zoneinfo
from datetime import datetime
print(datetime(2026, 12, 1, tzinfo=zoneinfo.ZoneInfo("America/Vancouver")).utcoffset().total_seconds() / 3600)
"""


def offset(**environment: str) -> str:
    env = {**os.environ, **environment}
    result = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, env=env)
    return result.stdout.strip()


def test_files_of_the_host_are_not_read(tmp_path: Path) -> None:
    """A host with other data: its file for Vancouver is that of Lisbon."""
    package = Path(tzdata.__file__).parent / "zoneinfo"
    (tmp_path / "America").mkdir()
    (tmp_path / "America" / "Vancouver").write_bytes((package / "Europe" / "Lisbon").read_bytes())
    assert offset(PYTHONTZPATH=str(tmp_path)) == offset(PYTHONTZPATH="")
    assert zoneinfo.TZPATH == ()


def test_the_version_is_that_of_the_package() -> None:
    assert tzdata.IANA_VERSION == ZONE_DATA_VERSION

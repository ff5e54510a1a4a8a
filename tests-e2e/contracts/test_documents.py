"""The documents for newcomers name files and folders that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = [folder.name for folder in sorted((ROOT / "services").iterdir()) if folder.is_dir()]
_PATH = re.compile(rf"`((?:{'|'.join(SERVICES)})/[\w./]+)`")


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md"])
def test_a_path_of_a_service_exists(name: str) -> None:
    named = set(_PATH.findall((ROOT / name).read_text(encoding="utf-8")))
    assert named
    places = {path: (ROOT / "services" / path.partition("/")[0], path) for path in named}
    missing = [path for path, (service, inner) in places.items() if not _exists(service, inner)]
    assert missing == []


def _exists(service: Path, path: str) -> bool:
    return (service / "src" / path).exists() or (service.parent / path).exists()

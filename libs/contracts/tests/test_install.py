"""The package installs and works in an environment without the rest of the repository."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pulseworks_contracts import EVENT_TYPES, events_page

pytestmark = pytest.mark.invariant("E6")

CONTRACTS = Path(__file__).parents[1]
LOCK = Path(__file__).parents[3] / "requirements.lock"

# runs in the other environment, which has no pytest, so it prints its findings
PROBE = """
import importlib.util, json
from importlib.metadata import distributions
from importlib.resources import files
from pulseworks_contracts import EVENT_TYPES, events_page

package = files("pulseworks_contracts")
for kind, event in EVENT_TYPES.items():
    event.model_validate_json((package / "examples" / f"{kind}.json").read_text())
    json.loads((package / "schemas" / f"{kind}.json").read_text())
strangers = ("fastapi", "sqlalchemy", "faststream", "aio_pika", "common")
print(json.dumps({
    "installed": sorted(found.metadata["Name"].lower().replace("_", "-") for found in distributions()),
    "importable": [name for name in strangers if importlib.util.find_spec(name)],
    "types": len(EVENT_TYPES),
    "typed": (package / "py.typed").is_file(),
}))
"""


def run(*command: str | Path) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_package_installs_alone_with_pydantic(tmp_path: Path) -> None:
    uv = (sys.executable, "-m", "uv")
    run(*uv, "venv", "--quiet", "--no-project", "--python", sys.executable, tmp_path / "env")
    python = tmp_path / "env" / "bin" / "python"
    # uv would reuse an earlier build as long as pyproject.toml is the same
    fresh = ("--refresh-package", "pulseworks-contracts")
    run(*uv, "pip", "install", "--quiet", "--python", python, "--constraint", LOCK, *fresh, CONTRACTS)

    found = json.loads(run(python, "-I", "-c", PROBE))

    dependencies = ["annotated-types", "pydantic", "pydantic-core", "typing-extensions", "typing-inspection"]
    assert found == {
        "installed": sorted(["pulseworks-contracts", *dependencies]),
        "importable": [],
        "types": len(EVENT_TYPES),
        "typed": True,
    }


def test_a_module_can_be_imported_from_a_folder_near_the_root() -> None:
    """As in an image: /app/code has fewer folders above it than a checkout."""
    source = Path(events_page.__file__).read_text(encoding="utf-8")
    module: dict[str, object] = {"__file__": "/code/pulseworks_contracts/events_page.py", "__name__": "events_page"}
    exec(compile(source, "events_page.py", "exec"), module)  # noqa: S102 - our own module, as if it were elsewhere
    assert module["PAGE"] == Path("/docs/events.md")

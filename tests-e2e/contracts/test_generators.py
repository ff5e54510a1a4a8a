"""Others' tools accept what we publish: a linter of OpenAPI, and generators of clients, which miss no operation."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest
from gateway.settings import SERVICES

from . import specs

GENERATORS = Path(__file__).with_name("generators")
DOCUMENT = specs.FOLDER / "openapi.json"
BIN = Path(sys.executable).parent

_WHOLE: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
OPERATIONS = sorted(
    operation["operationId"] for operations in _WHOLE["paths"].values() for operation in operations.values()
)


def run(*command: str | Path, cwd: Path) -> str:
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs of `package.json`, outside the repository. None of their install scripts has run."""
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", ".spectral.yaml"):
        shutil.copy(GENERATORS / name, folder / name)
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the programs of `requirements.lock`; returns its `bin`."""
    folder = tmp_path_factory.mktemp("python")
    venv.create(folder / "venv", with_pip=False)
    interpreter = folder / "venv" / "bin" / "python"
    install = ("uv", "pip", "install", "--quiet", "--require-hashes", "--python", interpreter)
    run(BIN / "python", "-m", *install, "-r", GENERATORS / "requirements.lock", cwd=folder)
    return interpreter.parent


@pytest.mark.slow
def test_spectral_finds_nothing(node: Path) -> None:
    run("npx", "--no-install", "spectral", "lint", DOCUMENT, "--fail-severity=warn", cwd=node)


@pytest.mark.slow
def test_openapi_typescript_generates_every_operation(node: Path) -> None:
    run("npx", "--no-install", "openapi-typescript", DOCUMENT, "-o", "schema.ts", cwd=node)
    generated = (node / "schema.ts").read_text(encoding="utf-8")
    assert [name for name in OPERATIONS if f'operations["{name}"]' not in generated] == []
    run("npx", "--no-install", "tsc", "--noEmit", "--strict", "schema.ts", cwd=node)


@pytest.mark.slow
def test_hey_api_generates_every_operation(node: Path) -> None:
    run("npx", "--no-install", "openapi-ts", "-i", DOCUMENT, "-o", "client", cwd=node)
    generated = (node / "client" / "sdk.gen.ts").read_text(encoding="utf-8")
    functions = {name.lower() for name in re.findall(r"export const (\w+) =", generated)}
    assert [name for name in OPERATIONS if name.replace("_", "").lower() not in functions] == []


@pytest.mark.slow
def test_openapi_python_client_generates_every_operation(python: Path, tmp_path: Path) -> None:
    generator = python / "openapi-python-client"
    config = GENERATORS / "openapi-python-client.yaml"
    output = run(
        generator, "generate", "--path", DOCUMENT, "--output-path", "client", "--meta", "none", "--config", config,
        "--fail-on-warning", cwd=tmp_path,
    )  # fmt: skip
    generated = {file.stem for file in (tmp_path / "client" / "api").rglob("*.py")}
    assert [name for name in OPERATIONS if name not in generated] == [], output


def test_services_do_not_share_the_name_of_a_schema_for_different_ones() -> None:
    """A generator makes one class of each name, and the merged document would rename one of them."""
    first: dict[str, tuple[str, Any]] = {}
    clashes = []
    for service in SERVICES:
        document = json.loads((specs.FOLDER / f"{service}.openapi.json").read_text(encoding="utf-8"))
        for name, schema in document["components"]["schemas"].items():
            other, known = first.setdefault(name, (service, schema))
            if known != schema:
                clashes.append(f"{name} of {other} and {service}")
    assert clashes == []


def test_the_title_of_a_schema_is_its_own_and_every_schema_is_used() -> None:
    """Some generators name classes by title."""
    schemas = _WHOLE["components"]["schemas"]
    titles = [schema.get("title", name) for name, schema in schemas.items()]
    assert sorted(titles) == sorted(set(titles))
    text = json.dumps(_WHOLE)
    assert [name for name in schemas if f'"#/components/schemas/{name}"' not in text] == []


def test_a_client_knows_where_the_api_is_and_whom_to_ask() -> None:
    assert _WHOLE["servers"]
    assert _WHOLE["info"]["contact"]["name"]
    assert all(tag["description"] for tag in _WHOLE["tags"])

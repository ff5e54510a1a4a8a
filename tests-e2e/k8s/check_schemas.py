"""`make k8s-test`: what is rendered is valid for three versions of Kubernetes, and custom resources for their schemas.

Built-in kinds, KEDA's and the Prometheus Operator's come from `tools/schemas.lock`, the Gateway API's and External
Secrets' from `tools/package-lock.json`. CRD_DIR is a folder with the definitions of CloudNativePG and RabbitMQ, one
YAML file each; without it those kinds are not checked, and the report says so.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from . import rendering as k8s

VERSIONS = ("1.35", "1.36", "1.37")
TOOLS = k8s.TOOLS
BIN = Path(sys.executable).parent
# The parts of k8s/ that no overlay uses, each with a base of the same installation.
VARIANTS = ("web",)

BY_MODEL = {"keda.sh/v1alpha1", "monitoring.coreos.com/v1"}
BY_NODE = {"gateway.networking.k8s.io/v1", "external-secrets.io/v1"}
BY_DEFINITION = {"postgresql.cnpg.io/v1", "rabbitmq.com/v1beta1"}
# Barman Cloud's configuration has the schema of the field in which CloudNativePG had it before.
BARMAN = "barmancloud.cnpg.io/v1"


@pytest.fixture(scope="module", params=[*k8s.OVERLAYS, *VARIANTS])
def manifests(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[k8s.Manifest]:
    if request.param in k8s.OVERLAYS:
        return k8s.overlay(request.param)
    folder = tmp_path_factory.mktemp("variant")
    parts = {
        "resources": [os.path.relpath(k8s.FOLDER / "base", folder)],
        "components": [os.path.relpath(k8s.FOLDER / "components" / request.param, folder)],
        "namespace": "pulseworks",
    }
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(parts), encoding="utf-8")
    return k8s.rendered(folder)


def of(manifests: list[k8s.Manifest], versions: set[str]) -> list[k8s.Manifest]:
    return [manifest for manifest in manifests if manifest["apiVersion"] in versions]


def test_every_kind_is_checked_by_one_of_these_tests(manifests: list[k8s.Manifest]) -> None:
    custom = {m["apiVersion"] for m in manifests if "." in m["apiVersion"].partition("/")[0]}
    custom = {version for version in custom if not version.partition("/")[0].endswith(".k8s.io") or version in BY_NODE}
    assert custom <= BY_MODEL | BY_NODE | BY_DEFINITION | {BARMAN}


@pytest.mark.parametrize("version", VERSIONS)
def test_built_in_kinds_are_valid(manifests: list[k8s.Manifest], version: str) -> None:
    known = BY_MODEL | BY_NODE | BY_DEFINITION | {BARMAN}
    program = (
        "import json, sys, kubernetes_validate as kv\n"
        "for m in json.load(sys.stdin):\n"
        "    try:\n"
        "        kv.validate(m, sys.argv[1], strict=True)\n"
        "    except kv.ValidationError as error:\n"
        "        print(m['kind'], m['metadata']['name'], list(error.path), error.message)\n"
    )
    checked = [manifest for manifest in manifests if manifest["apiVersion"] not in known]
    assert len(checked) > 50
    assert _python(program, checked, version) == ""


def test_keda_and_prometheus_kinds_are_valid(manifests: list[k8s.Manifest]) -> None:
    """Their models have all fields; one that they do not have is refused."""
    program = (
        "import json, sys, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "from cloudcoil.models.keda import v1alpha1 as keda\n"
        "from cloudcoil.models.prometheus_operator import v1 as prometheus\n"
        "MODULES = {'keda.sh/v1alpha1': keda, 'monitoring.coreos.com/v1': prometheus}\n"
        "def lost(given, kept, path):\n"
        "    if isinstance(given, dict):\n"
        "        for key, value in given.items():\n"
        "            if not isinstance(kept, dict) or key not in kept:\n"
        "                yield f'{path}.{key}'\n"
        "            else:\n"
        "                yield from lost(value, kept[key], f'{path}.{key}')\n"
        "    elif isinstance(given, list):\n"
        "        for number, value in enumerate(given):\n"
        "            yield from lost(value, kept[number], f'{path}[{number}]')\n"
        "for m in json.load(sys.stdin):\n"
        "    try:\n"
        "        model = getattr(MODULES[m['apiVersion']], m['kind']).model_validate(m)\n"
        "        kept = json.loads(model.model_dump_json(by_alias=True, exclude_unset=True))\n"
        "        for path in lost(m['spec'], kept['spec'], 'spec'):\n"
        "            print(m['kind'], m['metadata']['name'], path, 'is no field')\n"
        "    except ValueError as error:\n"
        "        print(m['kind'], m['metadata']['name'], error)\n"
    )
    assert _python(program, of(manifests, BY_MODEL)) == ""


def test_gateway_and_secret_store_kinds_are_valid(
    manifests: list[k8s.Manifest], tmp_path_factory: pytest.TempPathFactory
) -> None:
    checked = of(manifests, BY_NODE)
    if not checked:
        pytest.skip("this overlay has none")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", "validate.mjs"):
        shutil.copy(TOOLS / name, folder / name)
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}

    def run(*command: str, given: str | None = None) -> str:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    assert run("node", "validate.mjs", given=json.dumps(checked)) == ""


def test_kinds_of_operators_are_valid(manifests: list[k8s.Manifest]) -> None:
    checked = of(manifests, BY_DEFINITION | {BARMAN})
    if not checked:
        pytest.skip("this overlay has none")
    folder = os.environ.get("CRD_DIR")
    if not folder:
        kinds = sorted({f"{manifest['kind']} ({manifest['apiVersion']})" for manifest in checked})
        pytest.skip(f"not checked, because CRD_DIR names no folder with their definitions: {', '.join(kinds)}")
    schemas = _definitions(Path(folder))
    cluster = schemas["postgresql.cnpg.io/v1", "Cluster"]["properties"]["spec"]["properties"]
    for manifest in checked:
        if manifest["apiVersion"] == BARMAN:
            barman = cluster["backup"]["properties"]["barmanObjectStore"]
            _validate(manifest["spec"]["configuration"], barman)
            continue
        _validate(manifest, schemas[manifest["apiVersion"], manifest["kind"]])


def _definitions(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        definition = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]
        for version in definition["versions"]:
            name = f"{definition['group']}/{version['name']}"
            found[name, definition["names"]["kind"]] = version["schema"]["openAPIV3Schema"]
    return found


def _validate(value: Any, schema: dict[str, Any]) -> None:
    jsonschema.validate(value, _closed(schema))


def _closed(schema: Any) -> Any:
    """Return the schema with unknown fields refused, as the API server warns of them."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
        names = schema["properties"]
        is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "kind" in names
        if schema.get("type") == "object" and not is_open:
            closed["additionalProperties"] = False
    if closed.get("x-kubernetes-int-or-string"):
        closed.pop("type", None)
    return closed


def _python(program: str, manifests: list[k8s.Manifest], *arguments: str) -> str:
    interpreter = k8s.installed("schemas") / "bin" / "python"
    done = subprocess.run(
        [str(interpreter), "-c", program, *arguments],
        input=json.dumps(manifests),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

"""Renders `k8s/` with `kubectl kustomize`: the kubectl of PATH, or one that is installed beside the tests."""

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "k8s"
TOOLS = Path(__file__).with_name("tools")
OVERLAYS = ("local", "staging", "production")
_INSTALLED = ROOT / ".pulseworks" / "kubernetes"


class NoKubectlError(RuntimeError):
    """There is no kubectl on this machine, and none can be installed."""


def installed(name: str, *, dependencies: bool = True) -> Path:
    """Install a lock file of `tools/` into a virtual environment of its own, once; return its folder."""
    lock = TOOLS / f"{name}.lock"
    folder = _INSTALLED / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "lock").open("w") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # tests run in several processes
        _install(lock, folder, dependencies=dependencies)
    return folder


def _install(lock: Path, folder: Path, *, dependencies: bool) -> None:
    if not (folder / "complete").exists():
        uv = [sys.executable, "-m", "uv"]
        _run([*uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(folder)])
        install = [*uv, "pip", "install", "--quiet", "--require-hashes", "--python", str(folder / "bin" / "python")]
        _run([*install, *([] if dependencies else ["--no-deps"]), "-r", str(lock)])
        (folder / "complete").touch()


@cache
def kubectl() -> str:
    """Return the path of kubectl. Raises NoKubectlError."""
    found = os.environ.get("KUBECTL") or shutil.which("kubectl")
    if found:
        return found
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise NoKubectlError("there is no kubectl on PATH, and the one that can be installed is for Linux on x86-64")
    folder = installed("kubectl", dependencies=False)
    program = folder / "bin" / "kubectl"
    if not program.exists():
        unpacked = program.with_suffix(".part")
        unpacked.write_bytes(_kubectl_of(next(folder.glob("lib/*/site-packages/aws_cdk/*/_jsii/*.jsii.tgz"))))
        unpacked.chmod(0o755)
        unpacked.rename(program)
    return str(program)


def _kubectl_of(package: Path) -> bytes:
    with tarfile.open(package) as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
            return files.read("kubectl/kubectl")


@cache
def rendered_text(folder: Path) -> str:
    return _run([kubectl(), "kustomize", str(folder)])


@cache
def rendered(folder: Path) -> list[Manifest]:
    loaded = yaml.load_all(rendered_text(folder), Loader=yaml.CSafeLoader)
    return [manifest for manifest in loaded if manifest]


def overlay(name: str) -> list[Manifest]:
    return rendered(FOLDER / "overlays" / name)


def of_kind(manifests: list[Manifest], *kinds: str) -> dict[str, Manifest]:
    """Return the manifests of these kinds by name."""
    return {manifest["metadata"]["name"]: manifest for manifest in manifests if manifest["kind"] in kinds}


def workloads(manifests: list[Manifest]) -> dict[str, Manifest]:
    """Return everything that makes pods, by kind and name."""
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
    return {f"{m['kind']}/{m['metadata']['name']}": m for m in manifests if m["kind"] in kinds}


def is_ours(manifest: Manifest) -> bool:
    """Return whether it runs one of our six services, and not a server or a stand-in."""
    return "app.kubernetes.io/name" in labels(manifest) and component(manifest) in {"api", "worker", "migration"}


def labels(workload: Manifest) -> dict[str, str]:
    found: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return found


def component(workload: Manifest) -> str:
    return labels(workload).get("app.kubernetes.io/component", "")


def service_of(workload: Manifest) -> str:
    return labels(workload)["app.kubernetes.io/name"]


def pod(workload: Manifest) -> Manifest:
    found: Manifest = workload["spec"]["template"]["spec"]
    return found


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} exited with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout

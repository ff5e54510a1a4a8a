"""`make k8s-test`: checkov finds nothing but what is explained here, and promtool accepts the alerts, which fire."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from . import rendering as k8s

SKIPPED = {
    "CKV_K8S_43": "An image has a digest once a registry has it. README.md says how a release sets it.",
    "CKV_K8S_15": "A version's tag is never used for another image, and pods must start while the registry is down.",
}
SKIPPED_LOCALLY = {
    "CKV_K8S_35": "Stripe's stand-in and the registration of webhooks read no files.",
    "CKV_K8S_40": "The images of PostgreSQL and RabbitMQ own their folders as 999.",
}


@pytest.mark.parametrize("overlay", k8s.OVERLAYS)
def test_checkov_finds_nothing(overlay: str, tmp_path: Path) -> None:
    file = tmp_path / f"{overlay}.yaml"
    file.write_text(k8s.rendered_text(k8s.FOLDER / "overlays" / overlay), encoding="utf-8")
    skipped = SKIPPED | (SKIPPED_LOCALLY if overlay == "local" else {})
    checkov = k8s.installed("checkov") / "bin" / "checkov"
    options = ["--framework", "kubernetes", "--output", "json", "--quiet", "--compact", "--skip-download"]
    done = subprocess.run(
        [
            str(checkov.with_name("python")),
            str(checkov),
            "--file",
            str(file),
            *options,
            "--skip-check",
            ",".join(skipped),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    report: dict[str, Any] = json.loads(done.stdout)
    failed = [
        f"{check['check_id']} {check['check_name']}: {check['resource']}"
        for check in report["results"]["failed_checks"]
    ]
    assert failed == []
    assert report["summary"]["passed"] > 1000


@pytest.fixture(scope="module")
def promtool(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The program of PATH, or of Debian's package, which is unpacked and not installed."""
    found = shutil.which("promtool")
    if found:
        return found
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        pytest.skip("the alerts are not checked: there is no promtool on PATH, and no apt-get to download it")
    folder = tmp_path_factory.mktemp("prometheus")
    downloaded = subprocess.run(
        ["apt-get", "download", "prometheus"], cwd=folder, capture_output=True, text=True, check=False
    )
    packages = list(folder.glob("prometheus_*.deb"))
    if not packages:
        pytest.skip(f"the alerts are not checked: apt-get download prometheus: {downloaded.stderr.strip()}")
    subprocess.run(["dpkg", "-x", packages[0], folder], check=True)
    return str(folder / "usr" / "bin" / "promtool")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules of all PrometheusRules as Prometheus reads them."""
    groups = [
        group
        for rule in k8s.of_kind(k8s.overlay("production"), "PrometheusRule").values()
        for group in rule["spec"]["groups"]
    ]
    file = tmp_path_factory.mktemp("rules") / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": groups}), encoding="utf-8")
    return file


def test_promtool_accepts_the_alerts(promtool: str, rules: Path) -> None:
    done = subprocess.run([promtool, "check", "rules", rules], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_fire(promtool: str, rules: Path) -> None:
    shutil.copy(Path(__file__).with_name("alerts.yaml"), rules.parent / "alerts.yaml")
    environment = {**os.environ, "TZ": "UTC"}
    done = subprocess.run(
        [promtool, "test", "rules", "alerts.yaml"],
        cwd=rules.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

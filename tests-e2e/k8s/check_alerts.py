"""`make k8s-test`: promtool accepts the rules, and each alert fires and stays silent as the cases in `alerts/` say."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from . import alert_rules


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
    """A folder with the rules of each PrometheusRule as Prometheus reads them."""
    folder = tmp_path_factory.mktemp("rules")
    for name, groups in alert_rules.prometheus_rules().items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump({"groups": groups}), encoding="utf-8")
    return folder


def test_promtool_accepts_the_rules(promtool: str, rules: Path) -> None:
    files = sorted(rules.glob("pulseworks-*.yaml"))
    assert len(files) > 1
    done = subprocess.run([promtool, "check", "rules", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", [file.name for file in sorted(alert_rules.CASES.glob("*.yaml"))])
def test_alerts_fire_when_they_should_and_only_then(promtool: str, rules: Path, name: str) -> None:
    (rules / f"case-{name}").write_text(yaml.safe_dump(alert_rules.cases()[name]), encoding="utf-8")
    done = subprocess.run(
        [promtool, "test", "rules", f"case-{name}"],
        cwd=rules,
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

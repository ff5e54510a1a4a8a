"""`make k8s-test`: checkov finds nothing but what is explained here."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

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

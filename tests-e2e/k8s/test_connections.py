"""PostgreSQL accepts the connections of every replica at its maximum, and of one more while a new version rolls out."""

import re

import pytest

from . import rendering as k8s

SERVICES = ("identity", "billing", "content", "scheduler", "publisher")
RESERVED = 3
"""For superusers (`superuser_reserved_connections`)."""


def connections(service: str) -> tuple[int, int]:
    """Return how many an API and a worker open, as libs/common/README.md says, which another test compares."""
    readme = (k8s.ROOT / "libs" / "common" / "README.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {service} \| (\d+) \| (\d+) \| \d+ \|$", readme, re.MULTILINE)
    assert row is not None
    return int(row[1]), int(row[2])


@pytest.mark.parametrize("overlay", ["staging", "production"])
def test_all_replicas_fit_into_max_connections(overlay: str) -> None:
    manifests = k8s.overlay(overlay)
    autoscalers = k8s.of_kind(manifests, "HorizontalPodAutoscaler").items()
    scalers = k8s.of_kind(manifests, "ScaledObject").items()
    most = {name: autoscaler["spec"]["maxReplicas"] for name, autoscaler in autoscalers}
    most |= {name: scaler["spec"]["maxReplicaCount"] for name, scaler in scalers}
    needed = RESERVED + len(SERVICES)  # migrations
    for service in SERVICES:
        api, worker = connections(service)
        needed += (most[f"{service}-api"] + 1) * api + (most[f"{service}-worker"] + 1) * worker
    cluster = k8s.of_kind(manifests, "Cluster")["postgresql"]
    assert needed <= int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])

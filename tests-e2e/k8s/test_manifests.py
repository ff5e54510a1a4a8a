"""What every pod of every overlay has."""

import re
from typing import Any

import pytest
from common.http import health
from common.runtime.stopping import grace_seconds

from . import rendering as k8s
from .rendering import Manifest
from .test_settings import stop_seconds

every_overlay = pytest.mark.parametrize("overlay", k8s.OVERLAYS)


def pods(overlay: str) -> dict[str, Manifest]:
    return k8s.workloads(k8s.overlay(overlay))


def ours(overlay: str) -> dict[str, Manifest]:
    """Return the workloads of the six services."""
    return {name: workload for name, workload in pods(overlay).items() if k8s.is_ours(workload)}


def containers(workload: Manifest) -> list[dict[str, Any]]:
    pod = k8s.pod(workload)
    return [*pod["containers"], *pod.get("initContainers", [])]


@every_overlay
def test_every_service_has_its_processes(overlay: str) -> None:
    services = ("identity", "billing", "content", "scheduler", "publisher")
    expected = {f"Deployment/{name}-{kind}" for name in services for kind in ("api", "worker")}
    expected |= {f"Job/{name}-migration" for name in services}
    assert set(ours(overlay)) == expected | {"Deployment/gateway"}


@every_overlay
def test_pods_are_restricted(overlay: str) -> None:
    """As the Pod Security Standard `restricted` demands, and without a token or a root file system to write to."""
    for name, workload in pods(overlay).items():
        pod = k8s.pod(workload)
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name
        allowed = {"configMap", "emptyDir", "projected", "secret", "persistentVolumeClaim"}
        assert all(set(volume) - {"name"} <= allowed for volume in pod.get("volumes", [])), name
        for container in containers(workload):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False, name
            assert context["readOnlyRootFilesystem"] is True, name
            assert context["capabilities"] == {"drop": ["ALL"]}, name


@every_overlay
def test_containers_have_requests_and_limits(overlay: str) -> None:
    for name, workload in pods(overlay).items():
        for container in containers(workload):
            for which in ("requests", "limits"):
                assert set(container["resources"][which]) >= {"cpu", "memory"}, (name, which)


@every_overlay
def test_every_image_has_a_tag_that_is_not_latest(overlay: str) -> None:
    for name, workload in pods(overlay).items():
        for container in containers(workload):
            tag = re.search(r":([\w.-]+)$", container["image"])
            assert tag is not None, f"{name} runs {container['image']}"
            assert tag[1] != "latest", name


@every_overlay
def test_all_pods_of_our_services_have_one_version(overlay: str) -> None:
    """A worker waits for the migrations of its own version."""
    images = {name: containers(workload)[0]["image"] for name, workload in ours(overlay).items()}
    assert len({image.rpartition(":")[2] for image in images.values()}) == 1
    for name, workload in ours(overlay).items():
        assert images[name].rpartition(":")[0].endswith(f"/{k8s.service_of(workload)}")


@every_overlay
def test_processes_are_asked_three_different_questions(overlay: str) -> None:
    for name, workload in ours(overlay).items():
        if workload["kind"] == "Job":
            continue
        process_ = containers(workload)[0]
        startup, live, ready = (process_[f"{kind}Probe"] for kind in ("startup", "liveness", "readiness"))
        assert startup["httpGet"] == live["httpGet"] == {"path": "/livez", "port": "operations"}, name
        assert ready["httpGet"] == {"path": "/readyz", "port": "operations"}, name
        assert ready["timeoutSeconds"] > health._PROBE_SECONDS, "a check that fails must be reported, not cut off"
        assert startup["periodSeconds"] * startup["failureThreshold"] >= 60, name
        assert live["periodSeconds"] * live["failureThreshold"] >= 30, "a short stall is no reason to restart"


@every_overlay
async def test_the_grace_period_is_the_time_to_stop(overlay: str) -> None:
    for name, workload in ours(overlay).items():
        if workload["kind"] != "Job":
            before = containers(workload)[0]["lifecycle"]["preStop"]["sleep"]["seconds"]
            grace = before + grace_seconds(await stop_seconds(overlay, workload))
            assert k8s.pod(workload)["terminationGracePeriodSeconds"] == grace, name


@every_overlay
def test_a_node_can_be_drained_and_a_roll_out_loses_no_replica(overlay: str) -> None:
    manifests = k8s.overlay(overlay)
    budgets = k8s.of_kind(manifests, "PodDisruptionBudget")
    for name, workload in ours(overlay).items():
        if workload["kind"] == "Job":
            continue
        own = workload["metadata"]["name"]
        assert budgets[own]["spec"]["selector"] == workload["spec"]["selector"], name
        assert budgets[own]["spec"]["maxUnavailable"] == 1, name
        assert workload["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}, name
        for constraint in k8s.pod(workload)["topologySpreadConstraints"]:
            assert constraint["labelSelector"] == workload["spec"]["selector"], name


@every_overlay
def test_nothing_sets_the_replicas_of_what_is_scaled(overlay: str) -> None:
    """An apply would set them back."""
    manifests = k8s.overlay(overlay)
    scaled = {
        manifest["spec"]["scaleTargetRef"]["name"]
        for manifest in manifests
        if manifest["kind"] in {"HorizontalPodAutoscaler", "ScaledObject"}
    }
    deployments = k8s.of_kind(manifests, "Deployment")
    assert scaled <= set(deployments)
    assert [name for name in scaled if "replicas" in deployments[name]["spec"]] == []


@every_overlay
def test_services_lead_to_their_pods(overlay: str) -> None:
    manifests = k8s.overlay(overlay)
    pods_ = [(k8s.labels(workload), workload) for workload in pods(overlay).values()]
    for name, service in k8s.of_kind(manifests, "Service").items():
        if service["spec"].get("type") == "ExternalName":
            continue
        selected = [workload for labels, workload in pods_ if service["spec"]["selector"].items() <= labels.items()]
        assert len(selected) == 1, name
        ports = {port["name"] for port in containers(selected[0])[0]["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports, name

"""Each process gets every setting that it requires and no other; every secret is listed, and is a file."""

import re
from importlib import import_module
from typing import Any

import pytest
from common.runtime.settings import MigrationSettings, ProcessSettings, offline_settings
from common.runtime.stopping import STOP_SECONDS
from pydantic import SecretStr

from . import rendering as k8s
from .rendering import Manifest

SETTINGS = {
    name: getattr(import_module(f"{name}.settings"), f"{name.title()}Settings")
    for name in ("gateway", "identity", "billing", "content", "scheduler", "publisher")
}
# Which of them the manifests themselves set for every process.
OF_EVERY_PROCESS = {"HOST", "PORT", "OPERATIONS_PORT", "SECRETS_DIR"}
README = (k8s.FOLDER / "README.md").read_text(encoding="utf-8")

every_overlay = pytest.mark.parametrize("overlay", k8s.OVERLAYS)


def fields(workload: Manifest) -> dict[str, Any]:
    """Return the settings of what a workload runs, by variable."""
    settings = MigrationSettings if k8s.component(workload) == "migration" else SETTINGS[k8s.service_of(workload)]
    return {name.upper(): field for name, field in settings.model_fields.items()}


def is_secret(field: Any) -> bool:
    return field.annotation is SecretStr


def environment(overlay: str, workload: Manifest) -> dict[str, str]:
    """Return the variables that a pod gets from the manifest and from ConfigMaps."""
    maps = k8s.of_kind(k8s.overlay(overlay), "ConfigMap")
    container = k8s.pod(workload)["containers"][0]
    found: dict[str, str] = {}
    for source in container["envFrom"]:
        found |= maps[source["configMapRef"]["name"]].get("data", {})
    return found | {variable["name"]: variable["value"] for variable in container["env"]}


def secret_files(workload: Manifest) -> set[str]:
    """Return the variables that a pod gets as files of its Secrets, by the list of README.md."""
    listed = secrets_of_readme()
    files: set[str] = set()
    for volume in k8s.pod(workload)["volumes"]:
        sources = [volume["secret"]] if "secret" in volume else []
        sources += [source["secret"] for source in volume.get("projected", {}).get("sources", [])]
        for source in sources:
            keys = listed[source.get("secretName") or source["name"]]
            files |= {item["path"] for item in source["items"]} if "items" in source else keys
    return files


def secrets_of_readme() -> dict[str, set[str]]:
    """Return the keys of each Secret in the table of README.md."""
    table = README.partition("\n## Secrets\n")[2].partition("\n\n| secret |")[2].partition("\n\n")[0]
    found: dict[str, set[str]] = {}
    for row in table.splitlines()[2:]:
        name, keys = row.split("|")[1:3]
        found[name.strip().strip("`")] = set(re.findall(r"`(\w+)`", keys))
    return found


@every_overlay
def test_a_process_gets_all_that_it_requires_and_ignores_nothing(overlay: str) -> None:
    for name, workload in k8s.workloads(k8s.overlay(overlay)).items():
        if not k8s.is_ours(workload):
            continue
        known = fields(workload)
        given = set(environment(overlay, workload)) - OF_EVERY_PROCESS
        files = secret_files(workload)
        installation = {"LOG_LEVEL", "OTEL_EXPORTER_OTLP_ENDPOINT", "EVENTS_NAMESPACE"}
        assert given - set(known) <= installation, f"{name} does not read {given - set(known)}"
        assert files <= set(known), f"{name} does not read {files - set(known)}"
        required = {variable for variable, field in known.items() if field.is_required()}
        assert required <= given | files, f"{name} lacks {required - given - files}"
        secret = {variable for variable, field in known.items() if is_secret(field)}
        assert not given & secret, f"{name} has secrets in its environment: {given & secret}"
        assert files >= secret & required, name


def settings_of(overlay: str, workload: Manifest) -> ProcessSettings:
    name = k8s.service_of(workload)
    given = {key.lower(): value for key, value in environment(overlay, workload).items()}
    offline = import_module(f"{name}.__main__").service.offline()
    settings: ProcessSettings = offline_settings(SETTINGS[name], {**offline, **given})
    return settings


async def stop_seconds(overlay: str, workload: Manifest) -> float:
    """Return how long the process of a Deployment takes to stop, with its settings."""
    service = import_module(f"{k8s.service_of(workload)}.__main__").service
    if k8s.pod(workload)["containers"][0]["args"] == ["api"]:
        return STOP_SECONDS
    context = service.create_context(settings_of(overlay, workload))
    try:
        seconds: float = service.create_worker(context).stop_seconds
    finally:
        await context.close()
    return seconds


@every_overlay
def test_settings_are_valid(overlay: str) -> None:
    for workload in k8s.workloads(k8s.overlay(overlay)).values():
        if k8s.is_ours(workload) and workload["kind"] != "Job":
            settings_of(overlay, workload)


def test_every_secret_is_listed_and_can_be_rotated() -> None:
    """Those that settings name, those of the secret store, and those of README.md are the same."""
    listed = secrets_of_readme()
    for service, settings in SETTINGS.items():
        own = {name.upper() for name, field in settings.model_fields.items() if is_secret(field)}
        assert listed[service] == own, service
    stored = {
        name: {entry["secretKey"] for entry in external["spec"]["data"]}
        for name, external in k8s.of_kind(k8s.overlay("production"), "ExternalSecret").items()
    }
    assert listed == stored
    rotation = README.partition("\n### Rotation\n")[2].partition("\n## ")[0]
    everything = {key for keys in listed.values() for key in keys} - {"username", "password"}
    assert [key for key in sorted(everything) if f"`{key}`" not in rotation] == []


@every_overlay
def test_manifests_name_no_other_secret(overlay: str) -> None:
    """Those that an operator makes, or that belong to the cluster on a developer's machine, are named here."""
    made_elsewhere = {"rabbitmq-default-user", "pulseworks-tls"}
    local = {"postgresql", "rabbitmq"}
    used = set(re.findall(r"secretName: ([\w-]+)", k8s.rendered_text(k8s.FOLDER / "overlays" / overlay)))
    listed = set(secrets_of_readme())
    assert used - made_elsewhere - (local if overlay == "local" else set()) <= listed


def test_every_setting_of_an_overlay_is_documented() -> None:
    """In the README of its service, or of `k8s` itself."""
    for overlay in ("staging", "production"):
        for name, configured in k8s.of_kind(k8s.overlay(overlay), "ConfigMap").items():
            service = name.partition("-config")[0]
            places = [k8s.FOLDER / "README.md", k8s.ROOT / "services" / service / "README.md"]
            text = "".join(place.read_text(encoding="utf-8") for place in places if place.exists())
            assert [variable for variable in configured.get("data", {}) if f"`{variable}`" not in text] == []

"""Which connections the NetworkPolicies allow: those of docs/architecture.md, and no other."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from content.clients.website import addresses

from . import rendering as k8s
from .rendering import Manifest

PAGE = (k8s.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SERVICES = ("identity", "billing", "content", "scheduler", "publisher")
INTERNET = "the Internet"
# Who is outside of the namespace, by the label of their own namespace.
NAMESPACES = {
    "the public": "gateway-system",
    "the collector": "observability",
    "Prometheus": "monitoring",
    "KEDA": "keda",
    "DNS": "kube-system",
}
SERVERS = {"PostgreSQL": {"cnpg.io/cluster": "postgresql"}, "RabbitMQ": {"app.kubernetes.io/name": "rabbitmq"}}
PORTS = (53, 80, 443, 3000, 4318, 4369, 5432, 5672, 6443, 8000, 8001, 8080, 9187, 15672, 15692, 25672)

Edge = tuple[str, str, int]


def endpoints(manifests: list[Manifest]) -> dict[str, dict[str, str]]:
    """Return the labels of everything in the namespace, by its name in the table."""
    pods = {workload["metadata"]["name"]: k8s.labels(workload) for workload in k8s.workloads(manifests).values()}
    return pods | SERVERS


def selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    for rule in selector.get("matchExpressions", []):
        assert rule["operator"] == "In"
        if labels.get(rule["key"]) not in rule["values"]:
            return False
    return True


def matches(peer: dict[str, Any], other: str, inside: dict[str, dict[str, str]]) -> bool:
    if "ipBlock" in peer:
        return other == INTERNET
    if "namespaceSelector" in peer:
        expected = {"kubernetes.io/metadata.name": NAMESPACES.get(other)}
        return bool(peer["namespaceSelector"]["matchLabels"] == expected)
    return other in inside and selects(peer["podSelector"], inside[other])


def allows(rule: dict[str, Any], side: str, other: str, port: int, inside: dict[str, dict[str, str]]) -> bool:
    at_port = any(each["port"] <= port <= each.get("endPort", each["port"]) for each in rule["ports"])
    return at_port and (side not in rule or any(matches(peer, other, inside) for peer in rule[side]))


def edges(manifests: list[Manifest]) -> Iterator[Edge]:
    """Yield the connections that both ends allow. An end outside of the namespace allows all."""
    inside = endpoints(manifests)
    policies = [policy["spec"] for policy in k8s.of_kind(manifests, "NetworkPolicy").values()]

    def allowed(name: str, direction: str, side: str, other: str, port: int) -> bool:
        if name not in inside:
            return True
        rules = [
            rule
            for policy in policies
            if selects(policy["podSelector"], inside[name])
            for rule in policy.get(direction, [])
        ]
        return any(allows(rule, side, other, port, inside) for rule in rules)

    names = [*inside, *NAMESPACES, INTERNET]
    for source in names:
        for target in names:
            if source in inside or target in inside:
                for port in PORTS:
                    if allowed(source, "egress", "to", target, port) and allowed(
                        target, "ingress", "from", source, port
                    ):
                        yield source, target, port


def of_page(manifests: list[Manifest]) -> set[Edge]:
    """Return the edges of the table."""
    table = PAGE.partition("\n## Connections\n")[2].partition("\n## ")[0]
    inside = endpoints(manifests)

    def named(cell: str) -> list[str]:
        found: list[str] = []
        for part in cell.split(","):
            pattern = part.strip()
            matching = [n for n in inside if fnmatch(n, pattern) and ("*" not in pattern or n.startswith(SERVICES))]
            found += matching or [pattern]
        return found

    rows = [re.split(r"\s*\|\s*", row.strip("| ")) for row in re.findall(r"^\|.*\|$", table, re.MULTILINE)[2:]]
    return {
        (source, target, int(port))
        for sources, targets, ports, _why in rows
        for source in named(sources)
        for target in named(targets)
        for port in ports.split(",")
    }


def ends_with_us(edge: Edge) -> bool:
    """Return whether the edge is about our processes, or who uses a server: not between a server's own nodes."""
    source, target, _ = edge
    return not (source in SERVERS or (source == target)) and target != "DNS"


def test_the_policies_allow_the_connections_of_the_architecture_page_and_no_others() -> None:
    manifests = k8s.overlay("production")
    allowed = {edge for edge in edges(manifests) if ends_with_us(edge)}
    documented = of_page(manifests)
    assert sorted(allowed - documented) == [], "allowed, but not on the page"
    assert sorted(documented - allowed) == [], "on the page, but not allowed"


@pytest.mark.parametrize("overlay", k8s.OVERLAYS)
def test_everything_is_denied_by_default(overlay: str) -> None:
    policy = k8s.of_kind(k8s.overlay(overlay), "NetworkPolicy")["default-deny"]
    assert policy["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert policy["metadata"]["namespace"] == "pulseworks"


def public_blocks() -> list[dict[str, Any]]:
    policies = k8s.of_kind(k8s.overlay("production"), "NetworkPolicy").values()
    blocks = [
        peer["ipBlock"]
        for policy in policies
        for rule in policy["spec"].get("egress", [])
        for peer in rule.get("to", [])
        if "ipBlock" in peer
    ]
    assert len(blocks) == 2 * 4, "two of each policy towards the Internet"
    return blocks


def test_the_internet_is_what_the_website_fetcher_may_reach() -> None:
    refused = {4: set(addresses._REFUSED_IPV4), 6: set(addresses._REFUSED_IPV6)}
    for block in public_blocks():
        network = ip_network(block["cidr"])
        assert set(map(ip_network, block["except"])) == refused[network.version]
        if network.version == 6:
            assert network == addresses._GLOBAL_UNICAST


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "10.0.0.1"]
)
def test_no_policy_towards_the_internet_includes_a_metadata_service(address: str) -> None:
    at = ip_address(address)
    for block in public_blocks():
        assert at not in ip_network(block["cidr"]) or any(at in ip_network(cut) for cut in block["except"])

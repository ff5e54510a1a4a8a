"""From unit costs and peaks to loads, replicas and what saturates first."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capacity.behaviour import Behaviour, Peaks

SERVICES = ("gateway", "identity", "content", "scheduler", "publisher", "billing")
_COSTS = Path(__file__).with_name("unit_costs.json")
HOUR, YEAR_MONTHS = 3600.0, 12
KEPT_DAYS = {
    "inbox": 31,
    "idempotency_key": 1,
    "outbox": 1,
    "content.generation_progress": 30,
    "content.usage_entry": 400,
    "publisher.preflight": 30,
    "publisher.ayrshare_event": 30,
    "identity.session": 60,
    "identity.refresh_token": 60,
    "identity.rate_limit_window": 1,
}
"""Rows that retention removes, by table or by schema and table. All others stay."""
PER_ACCOUNT = frozenset(
    {
        "account",
        "user",
        "device",
        "audit_head",
        "subscription",
        "customer",
        "checkout",
        "plan_terms",
        "brand_profile",
        "provider_profile",
        "social_connection",
        "publishing_profile",
        "posting_rule",
    }
)
"""Tables whose rows grow with accounts and not with posts."""


@dataclass(frozen=True)
class Limits:
    """What the settings of `k8s/` carry. Replicas run at ``utilisation`` of a core."""

    utilisation: float = 0.6
    replicas: int = 4
    """The most of an API in `k8s/base`."""
    publishers: int = 6
    """The most workers of the publisher in `k8s/components/keda`."""
    delivery_concurrency: int = 5
    ayrshare_seconds: float = 2.0
    """Of one call. Assumed."""
    drain_seconds: float = 300.0
    """In which the posts of the busiest minute are to be sent."""
    postgresql_cores: float = 4.0
    postgresql_gib: float = 50.0
    rabbitmq_cores: float = 2.0
    rabbitmq_gib: float = 20.0
    max_connections: int = 500
    api_connections: int = 6
    worker_connections: Mapping[str, int] | None = None
    model_calls_a_minute: int = 10_000
    model_tokens_a_minute: int = 2_000_000
    tokens_a_post: int = 2_500
    """Assumed: prompt, brand profile and answer."""

    def connections(self, service: str, replicas: int) -> int:
        workers = self.worker_connections or {"content": 14, "publisher": 15}
        return 0 if service == "gateway" else replicas * (self.api_connections + workers.get(service, 11))


@dataclass(frozen=True)
class Load:
    """At the busiest time."""

    accounts: int
    cores: dict[str, float]
    deliveries_a_second: float
    """To send the busiest minute within ``drain_seconds``."""
    calls_in_flight: float
    replicas: dict[str, int]
    connections: int
    events_a_second: float
    stream_gib: float
    wal_mib_a_second: float
    pictures_tib_a_year: float
    model_calls_a_minute: float
    model_tokens_a_minute: float
    database_gib_a_year: float
    requests_a_second: float
    saturation: dict[str, float]
    """Load ÷ what the settings of `k8s/` carry, by resource, largest first."""


def unit_costs() -> dict[str, Any]:
    costs: dict[str, Any] = json.loads(_COSTS.read_text(encoding="utf-8"))
    return costs


def rates(accounts: int, peaks: Peaks, behaviour: Behaviour, limits: Limits) -> dict[str, float]:
    """Return operations a second at the busiest time, as if all peaks met."""
    requests = accounts * peaks.requests_in_one_hour / HOUR
    written = accounts * peaks.posts_written_in_one_hour / HOUR
    return {
        "get": requests * 0.8,
        "list": requests * 0.2,
        "sign_in": accounts * peaks.sign_ins_in_one_hour / HOUR,
        "generation": written,
        "approval": written,
        "scheduling": written * behaviour.platforms,
        "delivery": accounts * peaks.due_at_one_minute / limits.drain_seconds,
    }


def load(accounts: int, peaks: Peaks, costs: Mapping[str, Any], behaviour: Behaviour, limits: Limits) -> Load:
    rate = rates(accounts, peaks, behaviour, limits)
    cores = {
        process: sum(rate[phase] * costs["processor_ms"][phase][process] for phase in rate) / 1000
        for process in (*SERVICES, "postgresql", "rabbitmq")
    }
    in_flight = rate["delivery"] * limits.ayrshare_seconds
    replicas = {name: max(2, math.ceil(cores[name] / limits.utilisation)) for name in SERVICES}
    replicas["publisher"] = max(replicas["publisher"], math.ceil(in_flight / limits.delivery_concurrency))
    connections = sum(limits.connections(name, count) for name, count in replicas.items())
    posts = accounts * peaks.posts_a_month
    calls = rate["generation"] * 60 * 13 / 12  # a caption for each post, and a plan for about twelve
    tokens = rate["generation"] * 60 * limits.tokens_a_post
    saturation = {f"processor of {name}": cores[name] / (limits.replicas * limits.utilisation) for name in SERVICES}
    saturation |= {
        "calls to Ayrshare at a time": in_flight / (limits.publishers * limits.delivery_concurrency),
        "connections to PostgreSQL": connections / limits.max_connections,
        "processor of PostgreSQL": cores["postgresql"] / limits.postgresql_cores,
        "processor of RabbitMQ": cores["rabbitmq"] / limits.rabbitmq_cores,
        "calls of the model": calls / limits.model_calls_a_minute,
        "tokens of the model": tokens / limits.model_tokens_a_minute,
    }
    stored = sum(size for _, _, size in growth(accounts, peaks, costs)) / 2**30
    stream = posts * costs["events_a_post"] * costs["event_bytes"] / 2**30
    saturation |= {
        "disk of PostgreSQL after a year": stored / limits.postgresql_gib,
        "disk of RabbitMQ": stream / limits.rabbitmq_gib,
    }
    work = rate["generation"] + rate["delivery"] / behaviour.platforms
    return Load(
        accounts=accounts,
        cores=cores,
        deliveries_a_second=rate["delivery"],
        calls_in_flight=in_flight,
        replicas=replicas,
        connections=connections,
        events_a_second=work * costs["events_a_post"],
        stream_gib=stream,
        wal_mib_a_second=work * costs["wal_bytes_a_post"] / 2**20,
        pictures_tib_a_year=posts * YEAR_MONTHS * costs["picture_bytes"] / 2**40,
        model_calls_a_minute=calls,
        model_tokens_a_minute=tokens,
        database_gib_a_year=stored,
        requests_a_second=rate["get"] + rate["list"],
        saturation=dict(sorted(saturation.items(), key=lambda item: -item[1])),
    )


def growth(accounts: int, peaks: Peaks, costs: Mapping[str, Any]) -> Iterator[tuple[str, int | None, float]]:
    """Yield table, days that its rows are kept (None: for ever), and bytes after a year."""
    for table, size in costs["table_bytes"].items():
        days = KEPT_DAYS.get(table, KEPT_DAYS.get(table.partition(".")[2]))
        if table.partition(".")[2] in PER_ACCOUNT:
            yield table, None, float(accounts * size)
            continue
        share = 1.0 if days is None else min(days / 365, 1.0)
        posts = accounts * peaks.posts_a_month * YEAR_MONTHS * share
        yield table, days, posts * costs["rows_a_post"][table] * size

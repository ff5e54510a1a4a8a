"""Writes the Grafana dashboards: `make dashboards`. A test compares their queries with the metrics."""

import json
from pathlib import Path
from typing import Any

from panels import Panel, increase, most, quantile, rate, selector

DASHBOARDS = Path(__file__).with_name("dashboards")

_WIDTH, _HEIGHT, _COLUMNS = 8, 7, 3
_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}

_OUTBOXES = 'table=~".+[.]outbox"'
_NO_OUTBOX = 'table!~".+[.]outbox"'

OVERVIEW = [
    Panel(
        "Service levels over 28 days",
        "percentunit",
        {
            "{{slo}}": f"1 - sum by (slo) (slo:errors:increase28d{selector('')}) / "
            f"(sum by (slo) (slo:events:increase28d{selector('')}) > 0)"
        },
        "Share of good events. The objectives: 99.5 % of the posts on time, 99.9 % accounted for, 99.9 % of the "
        "requests answered, 99 % of those that read within 0.5 s.",
        kind="stat",
    ),
    Panel(
        "Error budget left",
        "percentunit",
        {"{{slo}}": f"min by (slo) (slo:error_budget_left:ratio{selector('')})"},
        "Of what the objectives allow in 28 days. Below 0, the objective is missed.",
        kind="stat",
        thresholds=[0.25, 0],
    ),
    Panel(
        "Burn rate",
        "short",
        {
            "{{slo}}, 1 h": most("slo:burn_rate:ratio1h", "slo"),
            "{{slo}}, 6 h": most("slo:burn_rate:ratio6h", "slo"),
            "{{slo}}, 3 d": most("slo:burn_rate:ratio3d", "slo"),
        },
        "At 1 the budget lasts 28 days. A page at 14.4 over 1 h or 6 over 6 h, a ticket at 1 over 3 days.",
        thresholds=[1, 6],
    ),
    Panel(
        "Requests",
        "reqps",
        {"{{service}} {{outcome}}": rate("pulseworks_gateway_request_seconds_count", "service, outcome")},
        "At the gateway.",
    ),
    Panel(
        "Failed requests",
        "percentunit",
        {
            "{{service}}": rate("pulseworks_gateway_request_seconds_count", "service", 'outcome="failed"')
            + " / "
            + rate("pulseworks_gateway_request_seconds_count", "service"),
        },
        "At the gateway, by the service that owns the path.",
        thresholds=[0.001, 0.0144],
    ),
    Panel(
        "Time to the start of the answer",
        "s",
        {
            "{{operation}}, median": quantile(0.5, "pulseworks_gateway_request_seconds", "operation"),
            "{{operation}}, p99": quantile(0.99, "pulseworks_gateway_request_seconds", "operation"),
        },
        "At the gateway. Some requests that write wait for a provider.",
    ),
    Panel(
        "Deliveries by outcome", "short", {"{{status}}": increase("pulseworks_deliveries_total", "status")}, kind="stat"
    ),
    Panel(
        "Unknown outcomes", "short", {"waiting": most("pulseworks_deliveries_unknown")}, kind="stat", thresholds=[1, 5]
    ),
    Panel(
        "Dead letters",
        "short",
        {"waiting": f"sum ({most('pulseworks_dead_letters', 'queue')})"},
        kind="stat",
        thresholds=[1, 10],
    ),
    Panel("Sign-ins", "short", {"{{outcome}}": rate("pulseworks_sign_ins_total", "outcome")}, "Attempts a second."),
    Panel("Attempts beyond a rate limit", "short", {"{{limit}}": rate("pulseworks_rate_limited_total", "limit")}),
    Panel("Connections refused or cut", "short", {"{{reason}}": rate("http_connections_closed_total", "reason")}),
    Panel(
        "Event-loop lag (p99)",
        "s",
        {"{{pod}}": quantile(0.99, "pulseworks_event_loop_lag_seconds", "pod")},
        "Above 50 ms, something computes on the event loop.",
        thresholds=[0.05, 0.25],
    ),
    Panel(
        "Database pools",
        "percentunit",
        {
            "{{pod}} {{pool}}": f"{most('pulseworks_database_connections_in_use', 'pod, pool')} / "
            f"{most('pulseworks_database_connections_limit', 'pod, pool')}"
        },
        "At 1, requests wait for a connection.",
        thresholds=[0.8, 1],
    ),
    Panel("Memory", "bytes", {"{{pod}}": most("process_resident_memory_bytes", "pod")}),
]

PUBLISHING = [
    Panel("Deliveries by state", "short", {"{{status}}": rate("pulseworks_deliveries_total", "status")}),
    Panel(
        "Failures by reason", "short", {"{{code}}": increase("pulseworks_deliveries_total", "code", 'status="failed"')}
    ),
    Panel(
        "Unknown outcomes",
        "short",
        {"still searched for": most("pulseworks_deliveries_unknown")},
        kind="stat",
        thresholds=[1, 5],
    ),
    Panel(
        "Lateness of due posts",
        "s",
        {
            "PostDue, median": quantile(0.5, "pulseworks_due_lateness_seconds", where='table="scheduler.outbox"'),
            "PostDue, p99": quantile(0.99, "pulseworks_due_lateness_seconds", where='table="scheduler.outbox"'),
            "delivery, p99": quantile(0.99, "pulseworks_due_lateness_seconds", where='table="publisher.delivery"'),
            "first call, p99": quantile(0.99, "pulseworks_post_lateness_seconds"),
        },
        "From the due time to the claim, and from the scheduled time of a post to the first call for it.",
    ),
    Panel(
        "Posts past their expiry",
        "short",
        {"without an outcome": most("pulseworks_posts_past_expiry")},
        kind="stat",
        thresholds=[1, 5],
    ),
    Panel(
        "Posts not sent or without an outcome",
        "short",
        {
            "never reported": increase("pulseworks_posts_unanswered_total"),
            "missed, {{cause}}": increase("pulseworks_posts_missed_total", "cause"),
        },
        kind="stat",
        thresholds=[1, 5],
    ),
    Panel("Preflights", "short", {"{{status}} {{code}}": rate("pulseworks_preflights_total", "status, code")}),
    Panel(
        "Calls to Ayrshare",
        "reqps",
        {"{{outcome}}": rate("pulseworks_provider_call_seconds_count", "outcome", 'provider="Ayrshare"')},
    ),
    Panel(
        "Duration of calls to Ayrshare (p95)",
        "s",
        {"{{operation}}": quantile(0.95, "pulseworks_provider_call_seconds", "operation", 'provider="Ayrshare"')},
    ),
    Panel(
        "Circuit breaker",
        "short",
        {"{{pod}}": most("pulseworks_provider_circuit_open", "pod")},
        "1: nothing is sent, because Ayrshare does not answer.",
        thresholds=[1, 1],
    ),
    Panel("Paused profiles", "short", {"{{reason}}": increase("pulseworks_provider_profile_pauses_total", "reason")}),
    Panel(
        "Webhooks of Ayrshare",
        "short",
        {
            "received, {{result}}": rate("pulseworks_ayrshare_webhooks_total", "result"),
            "processed, {{outcome}}": rate("pulseworks_ayrshare_webhooks_processed_total", "outcome"),
        },
    ),
]

CONTENT = [
    Panel(
        "Duration of generations",
        "s",
        {
            "median": quantile(0.5, "pulseworks_generation_seconds"),
            "p95": quantile(0.95, "pulseworks_generation_seconds"),
        },
    ),
    Panel(
        "Generations", "short", {"{{status}}": increase("pulseworks_generation_seconds_count", "status")}, kind="stat"
    ),
    Panel("Waiting work", "short", {"{{table}}": most("pulseworks_due_rows", "table", 'table=~"content[.].+"')}),
    Panel(
        "Calls of the model",
        "reqps",
        {"{{outcome}}": rate("pulseworks_provider_call_seconds_count", "outcome", 'provider="OpenAI"')},
    ),
    Panel(
        "Duration of calls of the model (p95)",
        "s",
        {"{{operation}}": quantile(0.95, "pulseworks_provider_call_seconds", "operation", 'provider="OpenAI"')},
    ),
    Panel(
        "Tokens",
        "short",
        {"{{model}} {{kind}}": rate("pulseworks_model_tokens_total", "model, kind")},
        "Tokens a second.",
    ),
    Panel(
        "Cost",
        "currencyUSD",
        {"{{model}}": increase("pulseworks_model_cost_dollars_total", "model")},
        "In the selected time range.",
        kind="stat",
    ),
    Panel(
        "Budget of the day",
        "percentunit",
        {"spent": f"{most('pulseworks_model_calls_today')} / {most('pulseworks_model_calls_budget')}"},
        "Calls of the model against MODEL_CALLS_PER_DAY. At 1 nothing is written until the next day (UTC).",
        kind="stat",
        thresholds=[0.8, 1],
    ),
    Panel("Refused for a limit", "short", {"{{limit}}": increase("pulseworks_usage_refused_total", "limit")}),
    Panel(
        "Refused calls of the model",
        "short",
        {"refused": rate("pulseworks_model_calls_total", where='outcome="refused"')},
    ),
    Panel(
        "Calls to the storage",
        "reqps",
        {
            "{{operation}} {{outcome}}": rate(
                "pulseworks_provider_call_seconds_count", "operation, outcome", 'provider="S3"'
            )
        },
    ),
    Panel(
        "Duration of calls to the storage (p95)",
        "s",
        {"{{operation}}": quantile(0.95, "pulseworks_provider_call_seconds", "operation", 'provider="S3"')},
    ),
]

BILLING = [
    Panel("Events of Stripe", "short", {"{{outcome}}": rate("pulseworks_stripe_events_total", "outcome")}),
    Panel(
        "Failed or set aside",
        "short",
        {"{{outcome}}": increase("pulseworks_stripe_events_total", "outcome", 'outcome=~"failed|set_aside"')},
        kind="stat",
        thresholds=[1, 5],
    ),
    Panel(
        "Waiting events", "short", {"{{table}}": most("pulseworks_due_rows", "table", 'table="billing.stripe_event"')}
    ),
    Panel(
        "Calls to Stripe",
        "reqps",
        {"{{outcome}}": rate("pulseworks_provider_call_seconds_count", "outcome", 'provider="Stripe"')},
    ),
    Panel(
        "Duration of calls to Stripe (p95)",
        "s",
        {"{{operation}}": quantile(0.95, "pulseworks_provider_call_seconds", "operation", 'provider="Stripe"')},
    ),
    Panel(
        "Requests",
        "reqps",
        {
            "{{route}} {{status}}": rate(
                "http_request_seconds_count", "route, status", 'route=~"/api/(billing|webhooks/stripe).*"'
            )
        },
    ),
]

BUS = [
    Panel(
        "Age of the oldest event in an outbox",
        "s",
        {"{{table}}": most("pulseworks_due_oldest_seconds", "table", _OUTBOXES)},
        thresholds=[5, 60],
    ),
    Panel("Events that wait in an outbox", "short", {"{{table}}": most("pulseworks_due_rows", "table", _OUTBOXES)}),
    Panel("Events sent", "short", {"{{service}}": rate("pulseworks_events_sent_total", "service")}, "Events a second."),
    Panel("Messages in queues", "short", {"{{queue}}": most("pulseworks_queue_messages", "queue")}),
    Panel("Dead letters", "short", {"{{queue}}": most("pulseworks_dead_letters", "queue")}, thresholds=[1, 10]),
    Panel("Newly dead-lettered", "short", {"{{type}}": increase("pulseworks_events_dead_lettered_total", "type")}),
    Panel(
        "Events handled", "short", {"{{queue}} {{outcome}}": rate("pulseworks_events_handled_total", "queue, outcome")}
    ),
    Panel(
        "Messages that wait for the database",
        "short",
        {"{{queue}}": f"sum by (queue) (pulseworks_events_held{selector('')})"},
    ),
    Panel(
        "Processes that consume",
        "short",
        {"{{pod}}": most("pulseworks_consuming", "pod")},
        "0: a queue of the process has no live consumer.",
    ),
    Panel("Lateness of due rows (p99)", "s", {"{{table}}": quantile(0.99, "pulseworks_due_lateness_seconds", "table")}),
    Panel("Due rows that wait", "short", {"{{table}}": most("pulseworks_due_rows", "table", _NO_OUTBOX)}),
    Panel(
        "Runs of due rows",
        "short",
        {
            "running, {{table}}": f"sum by (table) (pulseworks_due_in_flight{selector('')})",
            "failed, {{table}}": increase("pulseworks_due_failed_runs_total", "table"),
        },
    ),
]

ALL = {"overview": OVERVIEW, "publishing": PUBLISHING, "content": CONTENT, "billing": BILLING, "bus": BUS}


def dashboard(name: str, panels: list[Panel]) -> dict[str, Any]:
    """Return a dashboard in Grafana's JSON model."""
    variables = [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"},
        {
            "name": "namespace",
            "type": "query",
            "label": "Namespace",
            "datasource": _DATASOURCE,
            "query": "label_values(pulseworks_event_loop_lag_seconds_count, namespace)",
            "refresh": 2,
            "includeAll": True,
            # outside of Kubernetes the metrics have no namespace
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
        },
    ]
    return {
        "uid": f"pulseworks-{name}",
        "title": f"PulseWorks: {name}",
        "tags": ["pulseworks"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["pulseworks"], "title": "PulseWorks", "asDropdown": False}],
        "templating": {"list": variables},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    colors, limits = ["green", "yellow", "red"], panel.thresholds
    if limits == sorted(limits, reverse=True) and len(set(limits)) > 1:
        colors, limits = colors[::-1], limits[::-1]
    steps: list[dict[str, Any]] = [{"color": colors[0], "value": None}]
    steps += [{"color": color, "value": value} for color, value in zip(colors[1:], limits, strict=False)]
    targets = [
        {"refId": chr(ord("A") + i), "datasource": _DATASOURCE, "expr": query, "legendFormat": legend}
        for i, (legend, query) in enumerate(panel.queries.items())
    ]
    return {
        "id": number + 1,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.help,
        "datasource": _DATASOURCE,
        "gridPos": {
            "x": number % _COLUMNS * _WIDTH,
            "y": number // _COLUMNS * _HEIGHT,
            "w": _WIDTH,
            "h": _HEIGHT,
        },
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "thresholds": {"mode": "absolute", "steps": steps},
                "custom": {"thresholdsStyle": {"mode": "line" if panel.thresholds else "off"}},
            },
            "overrides": [],
        },
        "targets": targets,
    }


def written(name: str, panels: list[Panel]) -> str:
    """Return the file of a dashboard."""
    return json.dumps(dashboard(name, panels), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, panels in ALL.items():
        (DASHBOARDS / f"{name}.json").write_text(written(name, panels))

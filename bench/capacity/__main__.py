"""``make capacity``: the tables of docs/scaling.md, from the unit costs that were measured."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from capacity.behaviour import Behaviour, Peaks, simulate
from capacity.model import SERVICES, Limits, growth, load, unit_costs

SIZES = (10_000, 100_000, 1_000_000)
_PROCESSES = (*SERVICES, "postgresql", "rabbitmq")


def tables() -> dict[str, str]:
    """Return the tables by name."""
    behaviour, limits = Behaviour(), Limits()
    peaks = simulate(behaviour)
    costs = unit_costs()
    loads = [load(accounts, peaks, costs, behaviour, limits) for accounts in SIZES]
    more_calls = replace(limits, delivery_concurrency=50)
    fewer = [load(accounts, peaks, costs, behaviour, more_calls) for accounts in SIZES]
    head = ["", *(f"{accounts:,} accounts" for accounts in SIZES)]
    return {
        "unit costs": _unit_costs(costs),
        "load": _table(
            head,
            [
                ["posts on platforms in the busiest minute", *_all(loads, lambda one: one.deliveries_a_second * 300)],
                ["calls to Ayrshare at a time", *_all(loads, lambda one: one.calls_in_flight)],
                ["requests a second", *_all(loads, lambda one: one.requests_a_second)],
                ["events a second", *_all(loads, lambda one: one.events_a_second)],
                ["calls of the model a minute", *_all(loads, lambda one: one.model_calls_a_minute)],
                ["tokens of the model a minute", *_all(loads, lambda one: one.model_tokens_a_minute)],
                *(
                    [f"cores of {name}", *_all(loads, lambda one, name=name: one.cores[name], digits=1)]
                    for name in _PROCESSES
                ),
                ["WAL, MiB a second", *_all(loads, lambda one: one.wal_mib_a_second, digits=1)],
            ],
        ),
        "replicas": _table(
            head,
            [
                *([name, *_all(loads, lambda one, name=name: one.replicas[name])] for name in SERVICES),
                ["connections to PostgreSQL", *_all(loads, lambda one: one.connections)],
                ["publisher, 50 calls at a time", *_all(fewer, lambda one: one.replicas["publisher"])],
                ["connections then", *_all(fewer, lambda one: one.connections)],
            ],
        ),
        "saturation": _table(
            head,
            [
                [name, *_all(loads, lambda one, name=name: one.saturation[name], digits=2)]
                for name in list(loads[-1].saturation)[:10]
            ],
        ),
        "storage": _table(
            head,
            [
                ["database after a year, GiB", *_all(loads, lambda one: one.database_gib_a_year)],
                ["stream of events (30 days), GiB", *_all(loads, lambda one: one.stream_gib)],
                ["pictures a year, TiB", *_all(loads, lambda one: one.pictures_tib_a_year, digits=2)],
            ],
        ),
        "growth": _growth(peaks, costs),
    }


def _unit_costs(costs: Mapping[str, Any]) -> str:
    rows = [
        [phase, *(f"{used[process]:.1f}" for process in _PROCESSES), f"{sum(used.values()):.1f}"]
        for phase, used in costs["processor_ms"].items()
    ]
    return _table(["ms of processor for one", *_PROCESSES, "sum"], rows)


def _growth(peaks: Peaks, costs: Mapping[str, Any]) -> str:
    found = sorted(growth(100_000, peaks, costs), key=lambda one: -one[2])[:12]
    rows = [
        [
            table,
            f"{costs['table_bytes'][table]:,}",
            "for ever" if days is None else f"{days} days",
            f"{size / 2**30:.1f}",
        ]
        for table, days, size in found
    ]
    return _table(["table", "bytes a row, with indexes", "kept", "GiB after a year"], rows)


def _all(loads: list[Any], value: Any, *, digits: int = 0) -> list[str]:
    return [f"{value(one):,.{digits}f}" for one in loads]


def _table(head: list[str], rows: list[list[str]]) -> str:
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows)).replace("|  |", "| |")


def main() -> None:
    for name, table in tables().items():
        print(f"**{name}**\n\n{table}\n")


if __name__ == "__main__":
    main()

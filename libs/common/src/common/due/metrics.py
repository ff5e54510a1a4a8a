from prometheus_client import Counter, Gauge, Histogram

LATENESS = Histogram(
    "pulseworks_due_lateness_seconds",
    "From a row's due time to its claim.",
    ["table"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300),
)
IN_FLIGHT = Gauge("pulseworks_due_in_flight", "Claimed rows that are running.", ["table"])
FAILED_RUNS = Counter("pulseworks_due_failed_runs", "Runs that raised.", ["table"])

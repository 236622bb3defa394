"""What is counted and timed, for Prometheus. `/metrics` serves it: `taskchat_site.metrics_page`.

Each process counts for itself. Nothing is counted for each delta: a run is added at its end.
"""

import prometheus_client
from prometheus_client import Counter, Gauge, Histogram

# A second series for each, which nobody reads.
prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

_FIRST = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30)
_SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LONG = (0.25, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600)

REQUEST_SECONDS = Histogram(
    "taskchat_request_seconds",
    "From a request to the first byte of its response.",
    ["method", "route", "status"],
    buckets=_SHORT,
)
RUNS = Counter("taskchat_runs", "Runs, by how they ended.", ["status", "provider", "model"])
RUN_FAILURES = Counter("taskchat_run_failures", "Failed runs, by the failure's code.", ["code"])
RUN_SECONDS = Histogram(
    "taskchat_run_seconds", "From a run's start to its end.", ["status"], buckets=_LONG
)
FIRST_DELTA_SECONDS = Histogram(
    "taskchat_first_delta_seconds",
    "From a run's start to its first words.",
    ["provider", "model"],
    buckets=_FIRST,
)
TOKENS = Counter(
    "taskchat_tokens",
    "Tokens as the provider counted them; input includes cached_input.",
    ["model", "kind"],
)
COST = Counter("taskchat_cost_usd", "What the runs cost, by the price table, in USD.", ["model"])
RESUMES = Counter("taskchat_resumes", "Replies that were taken up again after a lost connection.")
TOOL_SECONDS = Histogram(
    "taskchat_tool_seconds", "Calls of tools.", ["tool", "status"], buckets=_SHORT
)
RUNNING_RUNS = Gauge("taskchat_running_runs", "Runs that this process executes now.")
OPEN_STREAMS = Gauge("taskchat_open_streams", "Chat responses that are being streamed now.")
OPEN_SOCKETS = Gauge("taskchat_open_sockets", "Live sockets of signed-in pages, now.")

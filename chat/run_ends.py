"""The end of a run as figures and as one line of the log: numbers and codes, no words."""

import logging
import time

from chat.context import ChatContext
from chat.pricing import Bill
from chat.providers import provider
from chat.runs.runner import Outcome
from taskchat_site import metrics, trace

logger = logging.getLogger(__name__)


def report(context: ChatContext, outcome: Outcome, bill: Bill, started_at: float) -> None:
    """Count the run and log its line; `started_at` by the monotonic clock."""
    chosen = provider()
    seconds = time.monotonic() - started_at
    first = context.first_delta_at
    first_seconds = None if first is None else first - started_at
    metrics.RUNS.labels(outcome.status, chosen.name, chosen.model_name).inc()
    metrics.RUN_SECONDS.labels(outcome.status).observe(seconds)
    if outcome.status == "failed":
        metrics.RUN_FAILURES.labels(outcome.code).inc()
    if first_seconds is not None:
        metrics.FIRST_DELTA_SECONDS.labels(chosen.name, chosen.model_name).observe(first_seconds)
    usage = context.usage
    tokens = {
        "input": usage.input_tokens,
        "cached_input": usage.cached_tokens,
        "output": usage.output_tokens,
    }
    for kind, count in tokens.items():
        metrics.TOKENS.labels(chosen.model_name, kind).inc(count)
    metrics.COST.labels(chosen.model_name).inc(float(bill.cost or 0))
    if trace.current() is None:  # a command, which shows its reply itself
        return
    fields = {
        "run_id": context.run_id,
        "thread_id": context.thread_id,
        "status": outcome.status,
        "code": outcome.code,
        "provider": chosen.name,
        "model": chosen.model_name,
        "ms": round(seconds * 1000),
        "first_delta_ms": None if first_seconds is None else round(first_seconds * 1000),
        "tool_calls": sum(event.status == "started" for event in context.tool_events),
        "tokens": tokens,
        "cost_usd": None if bill.cost is None else float(bill.cost),
    }
    ended = f"{outcome.status} ({outcome.code})" if outcome.code else outcome.status
    logger.info("the run %s after %.0f ms", ended, seconds * 1000, extra={"fields": fields})

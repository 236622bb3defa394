"""How long the admin's pages take on the database that DATABASE_URL names, and why.

    manage.py createdemo && manage.py fillchats --items 1000000
    python -m bench.admin                    p50 and p95 of 20 warm requests for each page
    python -m bench.admin --plans            and for each page the plan of the query that finds its
                                             rows, and of its slowest
    python -m bench.admin --only search

In this process, through the whole of Django: what a server adds is in the other benchmarks. `cpu`
is this process's, `sql` the time that it waits for the database in the middle one of the requests.
A page over the limit is tried again, and the best try counts; `tries` says how many. Ends with 1 if
a page takes longer than LIMIT_MS at the 95th percentile.
"""

import argparse
import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import django

from scripts.console import say

WARM = 20  # requests, after two that warm up
LIMIT_MS = 300
TRIES = 3  # for a page over the limit: a machine that does other things has calmer moments

DATA = "chatkit/"  # what the element asks for on a conversation's page

FINDS_ROWS = re.compile(r'SELECT "\w+"\."id" AS "pk" FROM .* ORDER BY .* LIMIT \d+$')
LONG = {
    r"^SELECT (?:(?! FROM ).){80,} FROM ": "SELECT ... FROM ",
    r"\((%s, ){3,}%s\)": "(%s, ...)",
    r"\{([^,}]+,[^,}]+,)[^}]+\}": r"{\1...}",
}


@dataclass
class Query:
    sql: str
    parameters: Any
    ms: float


@dataclass
class Measured:
    """`times` in milliseconds, `cpu` of this process in all of them, `queries` of each request."""

    name: str
    path: str
    rows: int | None
    times: list[float] = field(default_factory=list)
    cpu: float = 0.0
    requests: list[list[Query]] = field(default_factory=list)
    tries: int = 1

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20, method="inclusive")[-1]

    @cached_property
    def queries(self) -> list[Query]:
        """Of the last request, each with its median time in all of them."""
        return [
            Query(last.sql, last.parameters, statistics.median(one.ms for one in same))
            for last, *same in zip(self.requests[-1], *self.requests, strict=False)
        ]

    @property
    def slowest(self) -> Query:
        return max(self.queries, key=lambda query: query.ms)

    @property
    def telling(self) -> list[Query]:
        """The one that finds the rows of the page, and the slowest if that is another."""
        finding = [query for query in self.queries if FINDS_ROWS.match(query.sql)]
        return [*finding, *([] if self.slowest in finding else [self.slowest])]


def pages() -> dict[str, str]:
    """What staff look at, by a name: lists, each filter, searches, conversations."""
    from django.db.models import Count
    from django.utils import timezone

    from chat.models import Thread

    threads = "/admin/chat/thread/"
    newest = Thread.objects.order_by("-updated_at")
    usual = newest[min(50, newest.count() - 1)]
    longest = newest.annotate(size=Count("items")).order_by("-size")[0]
    deep = min(500, newest.count() // 25)
    last_month = timezone.now().replace(day=1) - timedelta(days=1)
    month = f"updated_at__year={last_month.year}&updated_at__month={last_month.month}"
    return {
        "list": threads,
        "list, page 10": f"{threads}?p=10",
        f"list, page {deep}": f"{threads}?p={deep}",
        "date: a month": f"{threads}?{month}",
        "date: a day": f"{threads}?{month}&updated_at__day=7",
        "filter: user": f"{threads}?user={usual.owner.email}",
        "filter: error any": f"{threads}?error=any",
        "filter: error interrupted": f"{threads}?error=interrupted",
        "filter: error stopped": f"{threads}?error=cancelled",
        "filter: error code": f"{threads}?error=code:provider_busy",
        "filter: error tool": f"{threads}?error=tool",
        "filter: feedback any": f"{threads}?feedback=any",
        "filter: feedback down": f"{threads}?feedback=negative",
        "filter: model common": f"{threads}?model=gpt-4.1-nano",
        "filter: model rare": f"{threads}?model=o4-mini",
        "filter: tool": f"{threads}?tool=list_tasks",
        "filter: flagged": f"{threads}?state=flagged",
        "filter: deleted": f"{threads}?state=deleted",
        "filter: tool and error": f"{threads}?tool=list_tasks&error=code:provider_busy",
        "filter: all of them": (
            f"{threads}?user=user1&error=any&feedback=any&model=gpt-4.1-nano&tool=add_task"
        ),
        "search: rare word": f"{threads}?q=xylophone",
        "search: no such word": f"{threads}?q=qwertzuiop",
        "search: common word": f"{threads}?q=invoice",
        "search: in every one": f"{threads}?q=task",
        "search: two common": f"{threads}?q=invoice+passport",
        "search: e-mail": f"{threads}?q={usual.owner.email}",
        "search: e-mail and word": f"{threads}?q={usual.owner.email}+invoice",
        "search: common, filtered": f"{threads}?q=invoice&error=any",
        "search: rare, in a month": f"{threads}?q=xylophone&{month}",
        "conversation": f"{threads}{usual.pk}/change/",
        "conversation, the longest": f"{threads}{longest.pk}/change/",
        "conversation's data, longest": f"{threads}{longest.pk}/{DATA}",
        "runs": "/admin/chat/run/",
        "runs: failed": "/admin/chat/run/?status__exact=failed",
        "runs: the slowest first": "/admin/chat/run/?o=-6",
        "runs: of a user": f"/admin/chat/run/?q={usual.owner.email}",
        "tool calls": "/admin/chat/toolcall/",
        "tool calls: for a user": f"/admin/chat/toolcall/?name=add_task&q={usual.owner.email}",
        "tool calls: failed": "/admin/chat/toolcall/?status__exact=failed",
        "feedback": "/admin/chat/feedback/",
        "audit": "/admin/chat/auditevent/",
        "overview": "/admin/",
        "overview, 90 days": "/admin/?days=90",
    }


def measure(name: str, path: str, client: Any) -> Measured:
    """The best of as many tries as it takes to be under the limit."""
    best = _measure_once(name, path, client)
    for tries in range(2, TRIES + 1):
        if best.p95 <= LIMIT_MS:
            break
        again = _measure_once(name, path, client)
        best = min(best, again, key=lambda one: one.p95)
        best.tries = tries
    return best


def _measure_once(name: str, path: str, client: Any) -> Measured:
    result: Measured | None = None
    for request in range(WARM + 2):
        with recorded() as queries:
            started, worked = time.perf_counter(), time.process_time()
            response = _ask(client, path)
            took = (time.perf_counter() - started) * 1000
        if response.status_code != 200:
            raise SystemExit(f"{path} answered {response.status_code}")
        if result is None:
            shown = (getattr(response, "context_data", None) or {}).get("cl")
            result = Measured(name, path, None if shown is None else len(shown.result_list))
        if request >= 2:
            result.times.append(took)
            result.cpu += (time.process_time() - worked) * 1000
            result.requests.append(queries)
    assert result is not None
    return result


def _ask(client: Any, path: str) -> Any:
    if not path.endswith(DATA):
        return client.get(path)
    thread_id = path.split("/")[-3]
    body = {"type": "threads.get_by_id", "params": {"thread_id": thread_id}}
    return client.post(path, body, content_type="application/json")


@contextmanager
def recorded() -> Iterator[list[Query]]:
    from django.db import connection

    queries: list[Query] = []

    def keep(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, parameters, many, context)
        finally:
            queries.append(Query(sql, parameters, (time.perf_counter() - started) * 1000))

    with connection.execute_wrapper(keep):
        yield queries


def plan(query: Query) -> str:
    from django.db import connection

    explain = (
        "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF) "
        if connection.vendor == "postgresql"
        else "EXPLAIN QUERY PLAN "
    )
    with connection.cursor() as cursor:
        cursor.execute(explain + query.sql, query.parameters)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def shortened(text: str) -> str:
    """A query or a plan without the names of the columns, and without lists of many values."""
    for long, short in LONG.items():
        text = re.sub(long, short, text)
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--plans", action="store_true", help="of each the plans that matter")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskchat_site.settings")
    django.setup()
    sys.exit(_report(options.only, options.plans))


def _report(only: str, plans: bool) -> int:
    from django.test import Client

    from taskchat_site.accounts.models import User

    client = Client(headers={"host": "localhost"})
    administrator = User.objects.filter(is_superuser=True).first()
    if administrator is None:
        raise SystemExit("There is no administrator: manage.py createdemo makes one.")
    client.force_login(administrator)
    times = f"{'p50 ms':>7} {'p95 ms':>7} {'cpu ms':>7} {'sql ms':>7}"
    say(f"{'page':<28} {'rows':>4} {times} {'tries':>5} {'queries':>7}  the slowest")
    slow = 0
    for name, path in pages().items():
        if only not in name:
            continue
        result = measure(name, path, client)
        slow += result.p95 > LIMIT_MS
        say(
            f"{name:<28} {'' if result.rows is None else result.rows:>4} "
            f"{statistics.median(result.times):>7.0f} {result.p95:>7.0f} "
            f"{result.cpu / WARM:>7.0f} {sum(query.ms for query in result.queries):>7.0f} "
            f"{result.tries:>5} {len(result.queries):>7}  {result.slowest.ms:.1f} ms"
        )
        for query in result.telling if plans else []:
            say(f"\n{shortened(query.sql)}\n\n{shortened(plan(query))}\n")
    return 1 if slow else 0


if __name__ == "__main__":
    main()

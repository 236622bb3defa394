"""Talks cases through: a user of its own for each, the whole product, the configured model."""

import asyncio
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from chat.evaluation.cases import Case, TaskSpec, task_line
from chat.evaluation.results import Outcome, Turn
from chat.management.talkers import InProcess, NotAnswered
from chat.models import Run
from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.ids import new_id
from tasks import actions
from tasks.models import Task


async def talk_through(
    cases: Iterable[Case], at_once: int, done: Callable[[Outcome], None]
) -> None:
    """Talk through `cases`, `at_once` side by side; `done` is told of each in turn."""
    waiting = iter(cases)

    async def work() -> None:
        for case in waiting:
            done(await _talk_through_one(case))

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())


async def _talk_through_one(case: Case) -> Outcome:
    now = timezone.now()
    began = time.monotonic()
    user = await database.run(_user_with_tasks, case.tasks, now)
    before = await database.run(_tasks_of, user)
    turns, failures = await _converse(InProcess(user), case.say)
    tasks = await database.run(_tasks_of, user)
    figures = await database.run(_figures, user)
    problems = case.problems(tasks, turns[-1].reply, now)
    return Outcome(
        name=case.name,
        problems=failures + problems,
        turns=turns,
        tasks_before=[task_line(task, now) for task in before],
        tasks_after=[task_line(task, now) for task in tasks],
        seconds=round(time.monotonic() - began, 3),
        **figures,
    )


async def _converse(talker: InProcess, messages: list[str]) -> tuple[list[Turn], list[str]]:
    """The turns in one conversation, and what went wrong; a turn that failed is the last."""
    turns: list[Turn] = []
    thread_id: str | None = None
    for message in messages:
        turn, thread_id = await _say(talker, message, thread_id)
        turns.append(turn)
        if turn.error:
            return turns, [f"the reply failed: {turn.error}"]
    return turns, []


async def _say(talker: InProcess, message: str, thread_id: str | None) -> tuple[Turn, str | None]:
    words: list[str] = []
    calls: list[dict[str, Any]] = []
    error = ""
    try:
        async with talker.talk({"message": message, "thread_id": thread_id}) as reply:
            async for frame in reply.frames:
                match frame.data["type"]:
                    case "chunk":
                        words.append(frame.data["content"])
                    case "mcp_tool" if frame.data["status"] != "started":
                        calls.append(_call(frame.data))
                    case "error":
                        error = frame.data["message"]
                    case "done":
                        thread_id = frame.data["thread_id"]
    except NotAnswered as refusal:
        error = str(refusal)
    return Turn(message, "".join(words), calls, error), thread_id


def _call(frame: dict[str, Any]) -> dict[str, Any]:
    return {name: frame[name] for name in ("name", "arguments", "status", "result")}


# --- One hop each ------------------------------------------------------------------------------


@transaction.atomic
def _user_with_tasks(specs: list[TaskSpec], now: datetime) -> User:
    user = User.objects.create_user(f"{new_id('case-')}@evalchat.invalid")
    for spec in specs:
        task = actions.add_task(
            user,
            title=spec.title,
            description=spec.description or "",
            priority=spec.priority or "none",
            due_at=spec.due_at(now),
            labels=spec.labels or (),
        )
        if spec.completed:
            actions.complete_task(user, task.id)
    return user


def _tasks_of(user: User) -> list[Task]:
    """What is not in the trash, in order of creation, with labels at hand."""
    rows = Task.objects.filter(owner=user, deleted_at=None).order_by("number")
    return list(rows.prefetch_related("labels"))


def _figures(user: User) -> dict[str, Any]:
    runs = Run.objects.filter(owner=user).order_by("started_at")
    sums = runs.order_by().aggregate(
        input_tokens=Sum("input_tokens", default=0),
        cached_tokens=Sum("cached_tokens", default=0),
        output_tokens=Sum("output_tokens", default=0),
        cost=Sum("cost"),
    )
    times = runs.exclude(first_delta_ms=None).values_list("first_delta_ms", flat=True)
    cost = None if sums["cost"] is None else float(sums["cost"])
    return {**sums, "cost": cost, "first_delta_ms": list(times)}

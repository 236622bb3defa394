"""Cases: read from a file, refused in words, judged."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chat.evaluation.cases import EXAMPLE, BadCases, Case, read_cases
from chat.tests.records import add_user
from tasks import actions
from tasks.models import Task

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def case(**fields: Any) -> Case:
    return Case.model_validate({"name": "it", "say": ["hi"], **fields})


def tasks(*titles: str, **fields: Any) -> list[Task]:
    user = add_user("ann")
    return [actions.add_task(user, title=title, **fields) for title in titles]


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cases.toml"
    file.write_text(
        '[[case]]\nname = "a"\nsay = ["hi"]\nreply_has = ["hello|hi"]\n'
        '[[case]]\nname = "b"\ntasks = ["x", {title = "y", completed = true}]\nsay = ["bye"]\n'
        "tasks_after = []\n"
    )
    (first, second), digest = read_cases(file)
    assert first.tasks_after is None
    assert [(task.title, task.completed) for task in second.tasks] == [("x", False), ("y", True)]
    assert len(digest) == 64


def test_the_example_of_the_help_is_a_case(tmp_path: Path) -> None:
    file = tmp_path / "cases.toml"
    file.write_text(EXAMPLE)
    (case,), _digest = read_cases(file)
    assert [task.completed for task in case.tasks_after or []] == [True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[case]", "line 1"),
        ("", "case: Field required"),
        ('[[case]]\nname = "a"\nsay = ["hi"]', "expects nothing"),
        ('[[case]]\nname = "a"\nreply_has = ["x"]', r"case\.1\.say: Field required"),
        ('[[case]]\nname = "a"\nsay = ["hi"]\nreply_hat = ["x"]', "reply_hat"),
        ('[[case]]\nname = "a"\nsay = ["hi"]\ntasks_after = [{title = "x", due = "qq"}]', "qq"),
        ('[[case]]\nname = "a"\nsay = ["hi"]\nreply_has = ["x"]\n' * 2, "two cases are named 'a'"),
    ],
)
def test_a_wrong_file_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "cases.toml"
    file.write_text(text)
    with pytest.raises(BadCases, match=words):
        read_cases(file)


def test_as_expected_is_no_problem() -> None:
    due = NOW.replace(hour=23, minute=59, second=59) + timedelta(days=1)
    there = tasks("Buy Milk", due_at=due, priority="high", labels=["Home"])
    meant = {"title": "buy milk", "due": "tomorrow", "priority": "high", "labels": ["home"]}
    assert case(tasks_after=[meant]).problems(there, "", NOW) == []
    assert case(tasks_after=["buy milk"]).problems(there, "", NOW) == []


@pytest.mark.parametrize(
    ("meant", "named"),
    [
        ({"completed": True}, "[x] buy milk"),
        ({"due": "today"}, "[ ] buy milk (due today)"),
        ({"priority": "low"}, "[ ] buy milk (low)"),
        ({"labels": ["home"]}, "[ ] buy milk (#home)"),
        ({"title": "buy bread"}, "[ ] buy bread"),
    ],
)
def test_another_task_than_the_one_meant_is_told_both_ways(
    meant: dict[str, Any], named: str
) -> None:
    found = case(tasks_after=[{"title": "buy milk", **meant}]).problems(tasks("buy milk"), "", NOW)
    assert found == [f"there is no task {named}", "there should be no task [ ] buy milk"]


def test_no_date_is_meant_by_none() -> None:
    dated = tasks("dentist", due_at=NOW)
    assert case(tasks_after=[{"title": "dentist", "due": "none"}]).problems(dated, "", NOW)


def test_one_task_does_not_stand_for_two() -> None:
    found = case(tasks_after=["buy milk", "buy milk"]).problems(tasks("buy milk"), "", NOW)
    assert found == ["there is no task [ ] buy milk"]


def test_words_of_the_reply_are_in_any_case_and_one_of_several_is_enough() -> None:
    asked = case(reply_has=["MILK", "done|completed"])
    assert asked.problems([], "Completed milk.", NOW) == []
    assert asked.problems([], "Milk?", NOW) == ['the reply lacks "done|completed"']

"""`manage.py evalchat`: accuracy, each failure with its conversation, two results compared."""

import json
from collections.abc import Coroutine
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.management import CommandError, call_command

from chat.evaluation.results import Outcome, Result, Turn, load, save
from chat.management.commands import evalchat

GOOD = '[[case]]\nname = "adds"\nsay = ["Create a task to buy milk"]\ntasks_after = ["buy milk"]\n'
BAD = '[[case]]\nname = "greets\x1b"\nsay = ["Hello!"]\nreply_has = ["farewell"]\n'


@pytest.fixture
def talks(db: None, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """The command talks on the test's own database and thread."""

    def run(work: Coroutine[Any, Any, None]) -> None:
        async def all_of_it() -> None:
            await work

        async_to_sync(all_of_it)()

    monkeypatch.setattr(evalchat, "scratch_database", nullcontext)
    monkeypatch.setattr(evalchat, "asyncio", SimpleNamespace(run=run))
    settings.CHAT_RUNS_PER_USER = settings.CHAT_MESSAGES_PER_MINUTE = 0


def file_of(tmp_path: Path, *cases: str) -> str:
    file = tmp_path / "cases.toml"
    file.write_text("".join(cases).replace("\x1b", "\\u001b"))
    return str(file)


def test_all_passed_is_exit_status_0(talks: None, tmp_path: Path, capsys: Any) -> None:
    call_command("evalchat", file_of(tmp_path, GOOD))
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[:4] == [
        ["offline", "(offline)"],
        ["cases", "1"],
        ["passed", "1"],
        ["accuracy", "100.0%"],
    ]


def test_a_failure_is_shown_with_its_conversation(talks: None, tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("evalchat", file_of(tmp_path, GOOD, BAD), "--concurrency", "1")
    assert end.value.code == 1
    out = capsys.readouterr().out
    assert "FAILED  greets\N{REPLACEMENT CHARACTER}\n  you> Hello!\n" in out
    assert '  -> the reply lacks "farewell"\n' in out
    assert "50.0%" in out
    assert "\x1b" not in out


def test_enough_may_be_less_than_all(talks: None, tmp_path: Path) -> None:
    call_command("evalchat", file_of(tmp_path, GOOD, BAD), "--at-least", "50")


def test_only_some_cases(talks: None, tmp_path: Path, capsys: Any) -> None:
    call_command("evalchat", file_of(tmp_path, GOOD, BAD), "--only", "ADD", "--json")
    told = json.loads(capsys.readouterr().out)
    assert [case["name"] for case in told["cases"]] == ["adds"]
    assert told["summary"]["accuracy"] == 1
    assert told["complete"] is True


def test_what_was_stopped_goes_on(
    talks: None, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, output = file_of(tmp_path, GOOD, BAD), tmp_path / "result.json"
    told: list[str] = []

    async def stopped_after_one(cases: Any, at_once: int, done: Any) -> None:
        done(outcome("adds"))
        raise KeyboardInterrupt

    async def the_rest(cases: Any, at_once: int, done: Any) -> None:
        told.extend(case.name for case in cases)
        for case in cases:
            done(outcome(case.name))

    monkeypatch.setattr(evalchat, "talk_through", stopped_after_one)
    with pytest.raises(SystemExit) as stop:
        call_command("evalchat", file, "--output", str(output))
    assert stop.value.code == 130
    assert "Stopped after 1 of 2 cases." in capsys.readouterr().err
    assert not load(output).complete
    monkeypatch.setattr(evalchat, "talk_through", the_rest)
    call_command("evalchat", file, "--output", str(output))
    assert told == ["greets\x1b"]
    assert load(output).complete
    call_command("evalchat", file, "--output", str(output))  # a whole one begins anew
    assert told == ["greets\x1b", "adds", "greets\x1b"]


def outcome(name: str, *problems: str, ms: int = 10, cost: float | None = None) -> Outcome:
    return Outcome(
        name=name,
        problems=list(problems),
        turns=[Turn("hi", "hello")],
        tasks_before=[],
        tasks_after=[],
        first_delta_ms=[ms],
        input_tokens=100,
        cached_tokens=40,
        output_tokens=5,
        cost=cost,
        seconds=0.5,
    )


def kept(path: Path, model: str, *outcomes: Outcome) -> str:
    result = Result("openai", model, "cases.toml", "d" * 64, len(outcomes), "2026-11-20")
    result.outcomes += outcomes
    save(result, path)
    return str(path)


@pytest.fixture
def two(tmp_path: Path) -> list[str]:
    """Of the second model a case is right that was wrong, and one is wrong that was right."""
    nano = [outcome("a", "wrong", cost=0.001), outcome("b", ms=30), outcome("c", "wrong")]
    mini = [outcome("a"), outcome("b", "wrong"), outcome("c", "wrong"), outcome("d")]
    return [kept(tmp_path / "1.json", "nano", *nano), kept(tmp_path / "2.json", "mini", *mini)]


def test_two_results_are_compared(two: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("evalchat", "--compare", *two)
    assert end.value.code == 1  # b was right before
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["nano", "(openai)", "mini", "(openai)"]
    assert ["accuracy", "33.3%", "50.0%"] in lines
    assert ["first", "delta,", "p90", "30", "ms", "10", "ms"] in lines
    assert ["cost", "$0.0010", "-"] in lines
    for words in ("Fixed:\n  a\n", "Broken:\n  b\n", "Failing:\n  c\n", "Only after:\n  d\n"):
        assert words in out


def test_nothing_broken_is_exit_status_0(two: list[str], capsys: Any) -> None:
    call_command("evalchat", "--compare", two[0], two[0], "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["fixed"], told["broken"], told["failing"]) == ([], [], ["a", "c"])
    assert told["before"]["accuracy"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["/nowhere/cases.toml"], "No such file"),
        (["--compare", "/nowhere/1", "/nowhere/2"], "No such file"),
        (["--compare", __file__, __file__], "no result of evalchat"),
        (["--only", "elephants"], "No case"),
        ([__file__], "test_evalchat.py: "),
    ],
)
def test_what_cannot_be_measured_is_exit_status_2(options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("evalchat", *options)
    assert refusal.value.returncode == 2

"""`manage.py usage`: runs, errors, tokens and cost of each user and day."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat.tests.records import NOON, add_run, add_thread, add_user

pytestmark = pytest.mark.django_db
PERIOD = ["--since", "2026-11-01", "--until", "2026-11-30"]


@pytest.fixture
def used() -> None:
    """Ann: two runs on the 20th (one failed), one on the 19th; Bob: one without a price."""
    ann, bob = add_user("ann"), add_user("bob")
    thread = add_thread(ann)
    add_run(thread, cost="0.0125", input_tokens=1000, cached_tokens=400, output_tokens=50)
    add_run(thread, cost="0.0010", input_tokens=10, status="failed")
    add_run(thread, cost="0.5", input_tokens=7, started_at=NOON - timedelta(days=1))
    add_run(add_thread(bob), input_tokens=3, status="interrupted")


def shown(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[list[list[str]], str]:
    """The lines' words, and standard error."""
    call_command("usage", *options)
    printed = capsys.readouterr()
    return [line.split() for line in printed.out.splitlines()], printed.err


def test_a_row_for_each_user_and_day_the_newest_first(used: None, capsys: Any) -> None:
    lines, err = shown(capsys, *PERIOD)
    assert lines == [
        "day user runs errors input cached output cost".split(),
        "2026-11-20 ann@example.com 2 1 1010 400 50 $0.0135".split(),
        "2026-11-20 bob@example.com 1 1 3 0 0 -".split(),
        "2026-11-19 ann@example.com 1 0 7 0 0 $0.5000".split(),
        "total - 4 2 1020 400 50 $0.5135".split(),
    ]
    assert err == "Not in the cost, for want of a price: 1 run.\n"


def test_of_one_user_and_one_day(used: None, capsys: Any) -> None:
    day = ["--since", "2026-11-19", "--until", "2026-11-19"]
    lines, err = shown(capsys, "--user", "ANN@example.com", *day)
    assert [line[:3] for line in lines[1:]] == [
        ["2026-11-19", "ann@example.com", "1"],
        ["total", "-", "1"],
    ]
    assert err == ""


def test_as_json(used: None, capsys: Any) -> None:
    call_command("usage", "--json", *PERIOD)
    told = json.loads(capsys.readouterr().out)
    assert told["rows"][0] == {
        "day": "2026-11-20",
        "user": "ann@example.com",
        "runs": 2,
        "errors": 1,
        "input_tokens": 1010,
        "cached_tokens": 400,
        "output_tokens": 50,
        "cost": 0.0135,
        "unpriced": 0,
    }
    assert told["rows"][1]["cost"] is None
    assert told["total"]["cost"] == 0.5135
    assert told["until"] == "2026-12-01T00:00:00+00:00"


def test_nothing_is_said_in_words(capsys: Any) -> None:
    call_command("usage", "--since", "2026-11-01")
    assert capsys.readouterr().out == "No runs since 2026-11-01.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--user", "nobody@example.com"], "no user with the e-mail address"),
        (["--since", "2026-11-02", "--until", "2026-11-01"], "before"),
        (["--since", "soon"], "30d"),
    ],
)
def test_what_cannot_be_shown_is_exit_status_2(options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("usage", *options)
    assert refusal.value.returncode in (1, 2)  # argparse's own become 2 on a command line

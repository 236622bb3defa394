"""What the commands say before they do anything: help, and refusals with an exit status."""

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import OperationalError

from taskchat_site.accounts.commands import TaughtCommand
from taskchat_site.accounts.models import User

APPS = ("chat", "mcp_tools", "tasks")
OURS = {name: app for name, app in get_commands().items() if app in APPS}


def test_every_app_has_commands() -> None:
    assert set(OURS.values()) == set(APPS)


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_help_teaches(name: str) -> None:
    command = load_command_class(OURS[name], name)
    assert isinstance(command, TaughtCommand)
    told = command.create_parser("manage.py", name).format_help()
    assert f"  manage.py {name}" in told  # an example
    for part in ["exit status:", "  0    ", "  2    ", "  130  "]:
        assert part in told


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        ("chat", ["--message", "--thread", "--url", "--token", "Ctrl-C stops the reply"]),
        ("ttft", ["--count", "--limit-ms", "--concurrency", "--json", "Columns"]),
        ("evalchat", ["[[case]]", "tasks_after", "--compare"]),
        ("exportchats", ["jsonl", "csv", "md"]),
        ("prunechats", ["--older-than", "--dry-run"]),
        ("createdemo", ["--json", "DJANGO_DEBUG=0"]),
        ("emptytrash", ["--days", "--json", "30 days"]),
        ("mcp", ["--user", "mcpServers", "Standard output is the protocol's"]),
    ],
)
def test_the_help_names_what_matters(command: str, parts: list[str]) -> None:
    told = (
        load_command_class(OURS[command], command).create_parser("manage.py", command).format_help()
    )
    _help, first, *_ = re.findall(r"^  (--?[a-z-]+)", told.partition("\noptions:")[2], re.MULTILINE)
    assert first != "--version"  # our options come before Django's
    for part in parts:
        assert part in told


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (OperationalError("no such table: x"), 2)]
)
def test_an_end_from_outside_has_its_status(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int
) -> None:
    def break_off(*args: Any, **options: Any) -> None:
        raise error

    monkeypatch.setattr("chat.management.commands.usage.usage", break_off)
    with pytest.raises((SystemExit, CommandError)) as end:
        call_command("usage")
    if isinstance(end.value, CommandError):
        assert end.value.returncode == status
        assert "manage.py migrate" in str(end.value)
    else:
        assert isinstance(end.value, SystemExit)
        assert end.value.code == status


@pytest.mark.parametrize("command", [["chat", "--message", "hi"], ["ttft"], ["mcp"]])
def test_an_unknown_user_is_exit_status_2(db: None, command: list[str]) -> None:
    with pytest.raises(CommandError, match="no user with the e-mail address") as refusal:
        call_command(*command, "--user", "nobody@example.com")
    assert refusal.value.returncode == 2


def test_a_missing_demo_account_is_told_how_to_make(db: None, settings: Any) -> None:
    settings.DEBUG = True
    with pytest.raises(CommandError, match=r"manage\.py createdemo"):
        call_command("chat", "--message", "hi")


@pytest.mark.parametrize("command", [["chat", "--message", "hi"], ["mcp"]])
def test_a_closed_account_is_exit_status_2(db: None, command: list[str]) -> None:
    User.objects.create_user("ann@example.com", "correct horse 42", is_active=False)
    with pytest.raises(CommandError, match="closed") as refusal:
        call_command(*command, "--user", "ann@example.com")
    assert refusal.value.returncode == 2


@pytest.mark.parametrize("command", [["chat", "--message", "hi"], ["ttft"]])
def test_an_unreachable_server_is_exit_status_2(command: list[str]) -> None:
    with pytest.raises(CommandError, match="cannot be reached") as refusal:
        call_command(*command, "--url", "http://127.0.0.1:1")
    assert refusal.value.returncode == 2


def test_a_password_is_needed_for_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="TASKCHAT_PASSWORD") as refusal:
        call_command("ttft", "--url", "http://127.0.0.1:1", "--user", "ann@example.com")
    assert refusal.value.returncode == 2


def test_without_a_terminal_a_message_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="--message -") as refusal:
        call_command("chat")
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--token", "x"], "--url"),
        (["--token", "x", "--url", "http://127.0.0.1:1"], "no access token"),
        (["--url", "127.0.0.1:1"], "no address"),
        (["--url", "ftp://127.0.0.1"], "no address"),
        (["--url", "http://"], "no address"),
    ],
)
def test_a_server_that_cannot_be_meant_is_exit_status_2(options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("chat", "--message", "hi", *options)
    assert refusal.value.returncode == 2


def test_a_password_on_an_open_road_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        call_command("chat", "--message", "hi", "--url", "http://nowhere.invalid:1")
    assert "use https" in capsys.readouterr().err


def test_json_tells_of_one_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    with pytest.raises(CommandError, match="--message") as refusal:
        call_command("chat", "--json")
    assert refusal.value.returncode == 2


def test_in_process_and_a_server_exclude_each_other() -> None:
    with pytest.raises(SystemExit) as refusal:
        call_command("ttft", "--in-process", "--url", "http://127.0.0.1:1", stderr=io.StringIO())
    assert refusal.value.code == 2

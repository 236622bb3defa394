"""What the commands say before they do anything: help, and refusals with an exit status."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat.management.commands.chat import Command as Chat
from chat.management.commands.ttft import Command as Ttft
from taskchat_site.accounts.models import User


@pytest.mark.parametrize(
    ("command", "parts"),
    [
        (Chat(), ["--message", "--thread", "--user", "--url", "Ctrl-C stops the reply"]),
        (Ttft(), ["--count", "--limit-ms", "--concurrency", "--json", "Columns"]),
    ],
)
def test_the_help_teaches(command: Any, parts: list[str]) -> None:
    told = command.create_parser("manage.py", "it").format_help()
    for part in [*parts, "exit status:", "  0    ", "  1    ", "  2    ", "  130  "]:
        assert part in told


@pytest.mark.parametrize("command", [["chat", "--message", "hi"], ["ttft"]])
def test_an_unknown_user_is_exit_status_2(db: None, command: list[str]) -> None:
    with pytest.raises(CommandError, match="no user with the e-mail address") as refusal:
        call_command(*command, "--user", "nobody@example.com")
    assert refusal.value.returncode == 2


def test_a_missing_demo_account_is_told_how_to_make(db: None, settings: Any) -> None:
    settings.DEBUG = True
    with pytest.raises(CommandError, match=r"manage\.py createdemo"):
        call_command("chat", "--message", "hi")


def test_a_closed_account_is_exit_status_2(db: None) -> None:
    User.objects.create_user("ann@example.com", "correct horse 42", is_active=False)
    with pytest.raises(CommandError, match="closed") as refusal:
        call_command("chat", "--message", "hi", "--user", "ann@example.com")
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


def test_in_process_and_a_server_exclude_each_other() -> None:
    with pytest.raises(SystemExit) as refusal:
        call_command("ttft", "--in-process", "--url", "http://127.0.0.1:1", stderr=io.StringIO())
    assert refusal.value.code == 2

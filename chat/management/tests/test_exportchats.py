"""`manage.py exportchats`: whole, chosen, harmless, written down, and safe to stop."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from chat import export
from chat.harmless import printable
from chat.models import AuditEvent, Feedback, Thread
from chat.tests.records import NASTY, NOON, add_call, add_item, add_run, add_thread, add_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Any:
    return add_user("ann")


@pytest.fixture
def nasty(ann: Any) -> Thread:
    """A conversation in which everything that a person or a model writes would do harm."""
    thread = add_thread(ann, NASTY, f"Added {NASTY}", title=NASTY[:300])
    message = thread.items.first()
    assert message is not None
    run = add_run(thread, turn_id=message.item_id, cost="0.25", code="model_refused", detail=NASTY)
    call = {"text": NASTY, "structured": {"message": NASTY}}
    add_call(run, name="add_task", arguments={"title": NASTY}, result=call)
    add_item(thread, "secret context", "sdk_hidden_context", 3)
    Feedback.objects.create(
        thread=thread, item_id=message.item_id, kind="negative", created_at=NOON
    )
    return thread


def exported(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("exportchats", *options)
    return capsys.readouterr().out


def titles(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    return [json.loads(line)["title"] for line in exported(capsys, *options).splitlines()]


def test_json_lines_hold_everything(nasty: Thread, capsys: Any) -> None:
    (line,) = exported(capsys).splitlines()
    told = json.loads(line)
    assert told["user"] == {"id": nasty.owner.public_id, "email": "ann@example.com"}
    assert [item["text"] for item in told["items"]] == [NASTY, f"Added {NASTY}", "secret context"]
    assert told["runs"][0]["cost"] == "0.250000"
    assert told["tool_calls"][0]["arguments"] == {"title": NASTY}
    assert told["feedback"][0]["kind"] == "negative"
    assert line == printable(line)


def test_csv_has_a_row_an_event_and_no_formula(nasty: Thread, capsys: Any) -> None:
    text = exported(capsys, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    kinds = [row["kind"] for row in rows]
    assert kinds == ["user_message", "run", "assistant_message", "tool_call"]
    assert not [cell for row in rows for cell in row.values() if cell.startswith(tuple("=+-@"))]
    assert rows[0]["title"].startswith("'=HYPERLINK(")
    assert rows[0]["feedback"] == "negative"
    assert (rows[1]["cost"], rows[1]["duration_ms"]) == ("0.250000", "2000")
    assert text.replace("\r\n", "\n") == printable(text)


def test_markdown_shows_what_was_written_and_obeys_none_of_it(nasty: Thread, capsys: Any) -> None:
    text = exported(capsys, "--format", "md")
    title = text.splitlines()[0]
    assert title.startswith("# =HYPERLINK(")
    assert r"\<b\>" in title
    assert r"\!\[x\](http\://x)" in title
    assert "negative" in text
    assert text == printable(text)
    blocks = text.count("````text\n")
    assert blocks == 3  # two messages and a call; the fences in them are shorter
    assert "secret context" not in text


def test_what_the_user_removed_is_in_it_and_marked(ann: Any, capsys: Any) -> None:
    thread = add_thread(ann, "forget this", deleted_at=NOON)
    thread.items.update(removed_at=NOON)
    told = json.loads(exported(capsys))
    assert told["deleted_at"] == told["items"][0]["removed_at"] == "2026-11-20T12:00:00+00:00"
    assert "removed" in exported(capsys, "--format", "md")


def test_chosen_by_user_and_by_when_it_went_on(ann: Any, capsys: Any) -> None:
    day = timedelta(days=1)
    add_thread(ann, title="before", at=NOON - 3 * day)
    add_thread(ann, title="into it", at=NOON - 2 * day, updated_at=NOON)
    add_thread(add_user("bob"), title="in it, Bob's", at=NOON)
    add_thread(ann, title="after", at=NOON + day)
    period = ["--since", "2026-11-20", "--until", "2026-11-20"]
    assert titles(capsys, *period) == ["into it", "in it, Bob's"]
    assert titles(capsys, *period, "--user", "ann@example.com") == ["into it"]
    assert titles(capsys) == ["before", "into it", "in it, Bob's", "after"]


def test_each_conversation_is_written_down(nasty: Thread, capsys: Any) -> None:
    exported(capsys, "--format", "csv")
    event = AuditEvent.objects.get()
    assert (event.action, event.thread_id, event.actor) == ("export", nasty.pk, None)
    assert event.detail == {"format": "csv", "by": "exportchats"}


def test_a_file_is_named_by_its_format_and_its_owners_alone(
    ann: Any, tmp_path: Path, capsys: Any
) -> None:
    add_thread(ann, "hello")
    file = tmp_path / "chats.csv"
    told = exported(capsys, "--output", str(file), "--json")
    assert json.loads(told) == {"threads": 1, "format": "csv", "file": str(file)}
    assert file.read_text().startswith("thread_id,user,")
    assert file.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_to_export_is_no_error(tmp_path: Path, capsys: Any) -> None:
    told = exported(capsys, "--output", str(tmp_path / "none.jsonl"))
    assert told.startswith("Exported 0 conversations to ")
    assert exported(capsys) == ""


@pytest.fixture
def stopped(ann: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Path:
    """An export of three conversations that was stopped after the second."""
    for number in range(3):
        add_thread(ann, title=f"no {number}", at=NOON + timedelta(hours=number))
    monkeypatch.setattr(export, "PAGE", 1)
    real = export.page
    written: list[Any] = []

    def page(threads: Any, *rest: Any) -> str:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(threads)
        return real(threads, *rest)

    file = tmp_path / "chats.jsonl"
    with monkeypatch.context() as patch:
        patch.setattr(export, "page", page)
        with pytest.raises(SystemExit) as stop:
            call_command("exportchats", "--output", str(file))
    assert stop.value.code == 130
    assert "Stopped after 2 of 3 conversations." in capsys.readouterr().err
    assert not file.exists()
    return file


def test_what_was_stopped_goes_on(stopped: Path, capsys: Any) -> None:
    part = stopped.with_name("chats.jsonl.part")
    with part.open("a") as broken:
        broken.write('{"half a li')
    Thread.objects.filter(title="no 1").delete()  # even the one where it was stopped
    exported(capsys, "--output", str(stopped))
    got = [json.loads(line)["title"] for line in stopped.read_text().splitlines()]
    assert got == ["no 0", "no 1", "no 2"]
    assert list(stopped.parent.iterdir()) == [stopped]
    assert AuditEvent.objects.count() == 3


def test_another_export_does_not_go_on_with_it(stopped: Path) -> None:
    with pytest.raises(CommandError, match="another command line") as refusal:
        call_command("exportchats", "--output", str(stopped), "--user", "ann@example.com")
    assert refusal.value.returncode == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--output", "chats.xls"], "--format"),
        (["--output", "/nowhere/chats.csv"], "No such file"),
        (["--user", "nobody@example.com"], "no user"),
        (["--since", "soon"], "30d"),
        (["--json"], "--output"),
    ],
)
def test_what_cannot_be_done_is_exit_status_2(options: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words) as refusal:
        call_command("exportchats", *options)
    assert refusal.value.returncode == 2

"""The sentences of the specification, from the request to the database and the stream."""

from chat.models import Run, ToolCall
from chat.tests.conftest import Person


def test_a_task_is_created_by_a_sentence(owner: Person) -> None:
    reply = owner.say("Create a task to buy groceries")
    assert reply.status == 200
    assert list(owner.tasks()) == ["buy groceries"]
    assert reply.tool_lines == ["Added buy groceries"]
    assert "buy groceries" in reply.text
    assert reply.errors == []


def test_a_task_is_completed_by_a_part_of_its_title(owner: Person) -> None:
    owner.say("Create a task to buy groceries")
    reply = owner.say("Mark the groceries task as complete")
    assert reply.tool_lines == ["Completed buy groceries"]
    assert owner.tasks()["buy groceries"].completed


def test_a_task_is_deleted_by_a_part_of_its_title(owner: Person) -> None:
    owner.say("Create a task to buy groceries")
    reply = owner.say("Delete the groceries task")
    assert reply.tool_lines == ["Deleted buy groceries"]
    assert owner.tasks() == {}


def test_the_tool_call_shows_while_it_runs(owner: Person) -> None:
    events = owner.say("Create a task to buy groceries").events
    added = next(e["item"] for e in events if e["type"] == "thread.item.added")
    assert added["type"] == "workflow"
    assert added["workflow"]["tasks"][0]["status_indicator"] == "loading"
    kinds = [e["type"] for e in events]
    assert kinds[0] == "thread.created"
    assert kinds.index("thread.item.added") > kinds.index("thread.item.done")


def test_the_thread_holds_what_the_stream_showed(owner: Person) -> None:
    reply = owner.say("Create a task to buy groceries")
    stored = owner.items()
    assert [item["type"] for item in stored] == ["user_message", "workflow", "assistant_message"]
    assert stored[2]["content"][0]["text"] == reply.text


def test_run_and_tool_call_are_on_record(owner: Person) -> None:
    reply = owner.say("Create a task to buy groceries")
    run = Run.objects.get(id=reply.headers["X-Run-Id"])
    assert (run.status, run.provider) == ("completed", "offline")
    assert run.finished_at is not None
    assert run.first_delta_ms is not None
    assert run.output_tokens > 0
    call = ToolCall.objects.get(run=run)
    assert (call.name, call.status) == ("add_task", "completed")
    assert call.arguments["title"] == "buy groceries"


def test_the_thread_gets_a_title(owner: Person) -> None:
    owner.say("Create a task to buy groceries")
    threads = owner.chatkit("threads.list", {})["data"]
    assert [thread["title"] for thread in threads] == ["Create a task to buy groceries"]

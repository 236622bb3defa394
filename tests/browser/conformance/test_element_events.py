"""Every event of the element: when it comes, in which order, and what it says."""

from __future__ import annotations

import json

from tests.browser.conformance.chat import Chat


def test_ready(chat: Chat) -> None:
    """Once, without a detail, however often options are set."""
    chat.mount()
    chat.set_options("{}")
    chat.say("Hello")
    assert chat.events("ready") == [None]
    assert chat.event_names()[0] == "ready"


def test_error(chat: Chat) -> None:
    chat.show("error final")
    (event,) = chat.events("error")
    assert event["error"]["isError"]
    assert "The oven is cold." in json.dumps(event)


def test_error_of_a_server_that_is_not_there(chat: Chat) -> None:
    chat.mount("{ api: { url: '/nowhere', domainKey: 'any' } }")
    chat.send("Hello")
    event = chat.wait_for_event("error")
    assert event["error"]["kind"] == "wrong_address"
    assert event["error"]["status"] in {404, 405}


def test_effect(chat: Chat) -> None:
    chat.show("effect")
    assert chat.events("effect") == [{"name": "confetti", "data": {"colour": "red"}}]


def test_deeplink(chat: Chat) -> None:
    """A link of its own scheme is told to the page and goes nowhere."""
    chat.show("say Open [the task](chatkit-link://task?id=7&tab=notes) now")
    address = chat.page.url
    chat.answers.get_by_text("the task").click()
    assert chat.events("deeplink") == [{"name": "task", "data": {"id": "7", "tab": "notes"}}]
    assert chat.page.url == address


def test_response_start(chat: Chat) -> None:
    """After the request, before anything is shown of the reply."""
    chat.mount()
    chat.send("show slowly")
    chat.sees("The first half")
    assert chat.events("response.start") == [None]
    assert chat.events("response.end") == []
    chat.release()
    chat.wait_for_event("response.end")
    assert chat.events("response.start") == [None]


def test_response_end(chat: Chat) -> None:
    """Last, when the whole reply is shown; also when it was stopped."""
    chat.mount()
    chat.say("Hello")
    order = [name for name in chat.event_names() if name.startswith(("response", "thread"))]
    assert order == ["response.start", "thread.change", "response.end"]
    chat.send("show slowly")
    chat.sees("The first half")
    chat.button("Stop").click()
    assert chat.wait_for_event("response.end", 2) is None


def test_thread_change(chat: Chat) -> None:
    """A new thread's id, another thread's, and null for a new chat."""
    thread = chat.stored_thread("short")
    chat.mount()
    chat.say("Hello")
    chat.call("setThreadId", thread)
    chat.button("New chat").click()
    ids = [event["threadId"] for event in chat.events("thread.change")]
    assert ids[0].startswith("thr_")
    assert ids[1:] == [thread, None]


def test_thread_load_start(chat: Chat) -> None:
    thread = chat.stored_thread("short")
    chat.mount(f"{{ initialThread: {thread!r} }}")
    chat.wait_for_event("thread.load.end")
    assert chat.events("thread.load.start") == [{"threadId": thread}]


def test_thread_load_end(chat: Chat) -> None:
    """After its start, also when the thread could not be loaded."""
    chat.mount()
    chat.start("setThreadId", "thr_gone")
    chat.wait_for_event("thread.load.end")
    assert chat.events("thread.load.end") == [{"threadId": "thr_gone"}]
    names = chat.event_names()
    assert names.index("thread.load.start") < names.index("thread.load.end")


def test_history_open(chat: Chat) -> None:
    chat.mount()
    chat.button("History").click()
    assert chat.events("history.open") == [None]


def test_history_close(chat: Chat) -> None:
    """By its own button, and by choosing a thread."""
    chat.stored_thread("short")
    chat.mount()
    chat.button("History").click()
    chat.button("Back to the conversation").click()
    assert chat.events("history.close") == [None]
    chat.button("History").click()
    chat.element.locator(".history-open").click()
    chat.sees("Answer 1")
    assert chat.events("history.close") == [None, None]


def test_tool_change(chat: Chat) -> None:
    chat.mount("{ composer: { tools: [{ id: 'search', label: 'Search', icon: 'search' }] } }")
    chat.call("setComposerValue", {"selectedToolId": "search"})
    chat.call("setComposerValue", {"selectedToolId": "search"})
    chat.call("setComposerValue", {"selectedToolId": None})
    assert chat.events("tool.change") == [{"toolId": "search"}, {"toolId": None}]


def test_log(chat: Chat) -> None:
    """What was done, without what was said."""
    chat.mount()
    chat.say("A secret")
    entries = chat.events("log")
    assert {"composer.submit", "request"} <= {entry["name"] for entry in entries}
    assert "A secret" not in json.dumps(entries)

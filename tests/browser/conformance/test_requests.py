"""Every request of the protocol: what is sent, and what its answer does."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.conformance.chat import Chat


def open_thread(chat: Chat, name: str, options: str = "") -> str:
    thread = chat.stored_thread(name)
    chat.mount(f"{{ initialThread: {json.dumps(thread)}, {options} }}")
    chat.wait_for_event("thread.load.end")
    return thread


def test_threads_create(chat: Chat) -> None:
    chat.mount()
    chat.say("Hello")
    assert chat.asked("threads.create") == [
        {
            "input": {
                "content": [{"type": "input_text", "text": "Hello"}],
                "attachments": [],
                "quoted_text": None,
                "inference_options": {},
            }
        }
    ]
    chat.sees("You said: Hello")


def test_threads_add_user_message(chat: Chat) -> None:
    thread = open_thread(chat, "short")
    chat.say("And now?")
    (params,) = chat.asked("threads.add_user_message")
    assert params["thread_id"] == thread
    assert params["input"]["content"] == [{"type": "input_text", "text": "And now?"}]
    chat.sees("You said: And now?")


def test_threads_get_by_id(chat: Chat) -> None:
    thread = open_thread(chat, "short")
    assert chat.asked("threads.get_by_id") == [{"thread_id": thread}]
    chat.sees("Answer 1")
    expect(chat.element.get_by_role("heading", name="A short one")).to_be_visible()


def test_items_list(chat: Chat) -> None:
    """A long thread begins at its end; older items come as one scrolls up, each once."""
    thread = open_thread(chat, "long")
    chat.sees("Answer 60")
    first = chat.asked("items.list")[0]
    assert (first["thread_id"], first["order"]) == (thread, "desc")
    bubbles = chat.element.locator(".bubble")
    while (shown := bubbles.count()) < 60:
        chat.log.evaluate("log => log.scrollTo(0, 0)")
        expect(bubbles).not_to_have_count(shown)
    questions = bubbles.all_inner_texts()
    assert [text.split()[-1] for text in questions] == [str(n) for n in range(1, 61)]


def test_threads_list(chat: Chat) -> None:
    """The history, newest first, and page by page."""
    chat.stored_thread("many")
    chat.mount()
    chat.button("History").click()
    expect(chat.element.locator(".history-title").first).to_have_text("Thread 40")
    rows = chat.element.locator(".history-row")
    shown = rows.count()
    assert shown < 40
    chat.button("Show more").click()
    expect(rows).to_have_count(40)
    first, second = chat.asked("threads.list")
    assert first["order"] == "desc"
    assert second["after"]


def test_threads_update(chat: Chat) -> None:
    thread = chat.stored_thread("short")
    chat.mount()
    chat.button("History").click()
    chat.element.get_by_role("button", name="Rename: A short one").click()
    chat.element.get_by_role("textbox", name="Title").fill("Renamed")
    chat.button("Save").click()
    expect(chat.element.locator(".history-title")).to_have_text("Renamed")
    assert chat.asked("threads.update") == [{"thread_id": thread, "title": "Renamed"}]


def test_threads_delete(chat: Chat) -> None:
    thread = chat.stored_thread("short")
    chat.mount()
    chat.button("History").click()
    chat.element.get_by_role("button", name="Delete: A short one").click()
    chat.button("Delete").click()
    expect(chat.element.get_by_text("No conversations yet")).to_be_visible()
    assert chat.asked("threads.delete") == [{"thread_id": thread}]


def test_items_feedback(chat: Chat) -> None:
    thread = open_thread(chat, "short", "threadItemActions: { feedback: true }")
    chat.button("Good response").click()
    expect(chat.button("Good response")).to_have_attribute("aria-pressed", "true")
    (params,) = chat.asked("items.feedback")
    assert params["thread_id"] == thread
    assert params["kind"] == "positive"
    assert len(params["item_ids"]) == 1


def test_threads_retry_after_item(chat: Chat) -> None:
    open_thread(chat, "short", "threadItemActions: { retry: true }")
    chat.button("Try again").click()
    chat.sees("You said: Question 1")
    expect(chat.text("Answer 1")).to_have_count(0)
    assert len(chat.asked("threads.retry_after_item")) == 1


def test_threads_custom_action(chat: Chat) -> None:
    chat.show("widget Button")
    chat.button("Brew").click()
    chat.sees('Did brew with {"cups": 2}')
    (params,) = chat.asked("threads.custom_action")
    assert params["action"] == {"type": "brew", "payload": {"cups": 2}}
    assert params["item_id"]


def test_threads_sync_custom_action(chat: Chat) -> None:
    action = {"type": "swap", "streaming": False}
    button = {"type": "Button", "label": "Swap", "onClickAction": action}
    chat.show(f"widget-json {json.dumps({'type': 'Card', 'children': [button]})}")
    chat.button("Swap").click()
    chat.sees("The server changed this.")
    (params,) = chat.asked("threads.sync_custom_action")
    assert params["action"]["type"] == "swap"


def test_threads_add_client_tool_output(chat: Chat) -> None:
    """A tool that fails is told to the server, which goes on."""
    chat.mount("{ onClientTool: () => { throw new Error('No clipboard'); } }")
    chat.send("show item client_tool_call")
    chat.sees('The page says {"error": "No clipboard"}.')
    (params,) = chat.asked("threads.add_client_tool_output")
    assert params["result"] == {"error": "No clipboard"}


def test_threads_add_structured_input(chat: Chat) -> None:
    chat.show("item structured_input")
    chat.element.get_by_role("radio", name="Small").check()
    chat.button("Submit").click()
    chat.sees('answered: [["Small"], null, null]')
    (params,) = chat.asked("threads.add_structured_input")
    assert params["input"]["status"] == "answered"
    assert params["input"]["answers"]["name"] == {"values": [], "skipped": True}


def test_stop(chat: Chat) -> None:
    """Stop leaves what was said; the server kept it, too."""
    chat.mount()
    chat.send("show slowly")
    chat.sees("The first half")
    chat.button("Stop").click()
    expect(chat.button("Send message")).to_be_visible()
    chat.call("fetchUpdates")
    expect(chat.answers).to_have_text("The first half")
    chat.say("And now?")
    chat.sees("You said: And now?")

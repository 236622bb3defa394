"""Every method, with each parameter that it takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conformance.chat import Chat

FILE = {"type": "file", "id": "atc_1", "name": "menu.pdf", "mime_type": "application/pdf"}
TAG = {"type": "input_tag", "id": "ada", "text": "Ada", "group": "People", "data": {"n": "1"}}
CONTENT = [{"type": "input_text", "text": "Ask "}, TAG]
TOOLS = "{ composer: { tools: [{ id: 'search', label: 'Search the web', icon: 'search' }] } }"


def sent(chat: Chat) -> dict[str, Any]:
    """The input of the one message that was sent."""
    (params,) = chat.asked("threads.create")
    return dict(params["input"])


def rejected(chat: Chat, method: str, *arguments: Any) -> str:
    """The words with which a method refuses."""
    script = (
        "([name, args]) => chat[name](...args).then(() => 'resolved', (error) => error.message)"
    )
    return str(chat.page.evaluate(script, [method, list(arguments)]))


def test_set_options(chat: Chat) -> None:
    """As often as one likes: the thread and what is typed stay."""
    chat.mount("{ composer: { placeholder: 'First' } }")
    chat.say("Hello")
    chat.composer.fill("Half a sen")
    chat.set_options("{ composer: { placeholder: 'Second' } }")
    expect(chat.composer).to_have_attribute("placeholder", "Second")
    expect(chat.composer).to_have_value("Half a sen")
    chat.sees("You said: Hello")


def test_focus_composer(chat: Chat) -> None:
    chat.mount()
    chat.call("focusComposer")
    expect(chat.composer).to_be_focused()


def test_set_thread_id(chat: Chat) -> None:
    """To a stored thread, and back to a new one."""
    thread = chat.stored_thread("short")
    chat.mount()
    chat.call("setThreadId", thread)
    chat.sees("Answer 1")
    chat.call("setThreadId", None)
    expect(chat.text("Answer 1")).to_have_count(0)
    expect(chat.element.get_by_role("heading", name="What can I help")).to_be_visible()
    assert chat.events("thread.change") == [{"threadId": thread}, {"threadId": None}]


@pytest.mark.parametrize("name", ["locked", "closed"])
def test_set_thread_id_of_a_thread_that_takes_nothing_more(chat: Chat, name: str) -> None:
    thread = chat.stored_thread(name)
    chat.mount()
    chat.call("setThreadId", thread)
    words = "Waiting for the doctor." if name == "locked" else "This conversation is closed."
    expect(chat.element.locator(".locked")).to_have_text(words)
    expect(chat.composer).to_have_count(0)


def test_send_custom_action(chat: Chat) -> None:
    """For the thread, or for a widget of it; without a thread it refuses."""
    chat.mount()
    assert "no thread" in rejected(chat, "sendCustomAction", {"type": "shake"})
    chat.say("show widget Text")
    chat.call("sendCustomAction", {"type": "shake", "payload": {"n": 1}})
    chat.sees('Did shake with {"n": 1}')
    chat.call("sendCustomAction", {"type": "replace"}, chat.stored_items("widget")[0]["id"])
    chat.sees("The server changed this.")
    first, second = chat.asked("threads.custom_action")
    assert first["item_id"] is None
    assert second["item_id"] == chat.stored_items("widget")[0]["id"]


def test_send_user_message(chat: Chat) -> None:
    """Resolves when the reply is complete; refuses while one is running."""
    chat.mount()
    chat.start("sendUserMessage", {"text": "show slowly"})
    chat.sees("The first half")
    assert "running" in rejected(chat, "sendUserMessage", {"text": "Hello"})
    chat.release()
    chat.wait_for_event("response.end")
    chat.call("sendUserMessage", {"text": "Hello"})
    assert chat.answers.last.inner_text().strip() == "You said: Hello"


def test_send_user_message_with_text(chat: Chat) -> None:
    """What is being typed stays."""
    chat.mount()
    chat.composer.fill("Half a sen")
    chat.call("sendUserMessage", {"text": "Hello"})
    assert sent(chat)["content"] == [{"type": "input_text", "text": "Hello"}]
    expect(chat.composer).to_have_value("Half a sen")


def test_send_user_message_with_content(chat: Chat) -> None:
    chat.mount()
    chat.call("sendUserMessage", {"content": CONTENT})
    assert sent(chat)["content"] == [CONTENT[0], {**TAG, "interactive": False}]
    expect(chat.element.locator(".bubble .tag")).to_have_text("Ada")


def test_send_user_message_with_reply(chat: Chat) -> None:
    chat.mount()
    chat.call("sendUserMessage", {"text": "Why?", "reply": "Tea is hot."})
    assert sent(chat)["quoted_text"] == "Tea is hot."
    expect(chat.element.locator(".mine blockquote")).to_have_text("Tea is hot.")


def upload(chat: Chat) -> dict[str, str]:
    """A file that the server has."""
    response = chat.page.request.post(
        f"{chat.server}/uploads/{chat.user}",
        multipart={"file": {"name": "menu.pdf", "mimeType": "application/pdf", "buffer": b"tea"}},
    )
    return dict(response.json())


def test_send_user_message_with_attachments(chat: Chat) -> None:
    chat.mount()
    file = upload(chat)
    chat.call("sendUserMessage", {"text": "Read it", "attachments": [file]})
    assert sent(chat)["attachments"] == [file["id"]]
    expect(chat.element.locator(".mine .attachment")).to_have_text("menu.pdf")


def test_send_user_message_with_new_thread(chat: Chat) -> None:
    thread = chat.stored_thread("short")
    chat.mount(f"{{ initialThread: {thread!r} }}")
    chat.sees("Answer 1")
    chat.call("sendUserMessage", {"text": "Hello", "newThread": True})
    assert sent(chat)["content"] == [{"type": "input_text", "text": "Hello"}]
    expect(chat.text("Answer 1")).to_have_count(0)


def test_send_user_message_with_tool_choice(chat: Chat) -> None:
    chat.mount(TOOLS)
    chat.call("sendUserMessage", {"text": "Hello", "toolChoice": {"id": "search"}})
    assert sent(chat)["inference_options"] == {"tool_choice": {"id": "search"}}


def test_send_user_message_with_model(chat: Chat) -> None:
    chat.mount()
    chat.call("sendUserMessage", {"text": "Hello", "model": "small"})
    assert sent(chat)["inference_options"]["model"] == "small"


def test_set_composer_value(chat: Chat) -> None:
    """What is not named stays."""
    chat.mount()
    chat.call("setComposerValue", {"text": "Hello", "reply": "Tea is hot."})
    chat.call("setComposerValue", {"text": "Hello again"})
    chat.composer.press("Enter")
    chat.wait_for_event("response.end")
    assert sent(chat)["content"] == [{"type": "input_text", "text": "Hello again"}]
    assert sent(chat)["quoted_text"] == "Tea is hot."


def test_set_composer_value_with_text(chat: Chat) -> None:
    chat.mount()
    chat.call("setComposerValue", {"text": "Hello"})
    expect(chat.composer).to_have_value("Hello")
    assert chat.requests == []


def test_set_composer_value_with_content(chat: Chat) -> None:
    chat.mount()
    chat.call("setComposerValue", {"content": CONTENT})
    chat.call("focusComposer")
    chat.page.keyboard.press("Enter")
    chat.wait_for_event("response.end")
    assert sent(chat)["content"] == [CONTENT[0], {**TAG, "interactive": False}]


def test_set_composer_value_with_reply(chat: Chat) -> None:
    """Shown above the field, and can be taken off."""
    chat.mount()
    chat.call("setComposerValue", {"text": "Why?", "reply": "Tea is hot."})
    expect(chat.element.locator(".composer")).to_contain_text("Tea is hot.")
    chat.element.get_by_role("button", name="Remove: Tea is hot.").click()
    chat.composer.press("Enter")
    chat.wait_for_event("response.end")
    assert sent(chat)["quoted_text"] is None


def test_set_composer_value_with_attachments(chat: Chat) -> None:
    chat.mount("{ composer: { attachments: { enabled: true } } }")
    file = upload(chat)
    chat.call("setComposerValue", {"text": "Read it", "attachments": [file]})
    expect(chat.element.locator(".composer")).to_contain_text("menu.pdf")
    chat.composer.press("Enter")
    chat.wait_for_event("response.end")
    assert sent(chat)["attachments"] == [file["id"]]


def test_set_composer_value_with_selected_tool_id(chat: Chat) -> None:
    chat.mount(TOOLS)
    chat.call("setComposerValue", {"text": "Hello", "selectedToolId": "search"})
    expect(chat.element.locator(".composer")).to_contain_text("Search the web")
    chat.composer.press("Enter")
    chat.wait_for_event("response.end")
    assert sent(chat)["inference_options"] == {"tool_choice": {"id": "search"}}


def test_set_composer_value_with_selected_model_id(chat: Chat) -> None:
    models = [{"id": "big", "label": "Big", "default": True}, {"id": "small", "label": "Small"}]
    chat.mount(f"{{ composer: {{ models: {json.dumps(models)} }} }}")
    chat.call("setComposerValue", {"text": "Hello", "selectedModelId": "small"})
    chat.composer.press("Enter")
    chat.wait_for_event("response.end")
    assert sent(chat)["inference_options"]["model"] == "small"


def test_show_history(chat: Chat) -> None:
    chat.stored_thread("short")
    chat.mount()
    chat.call("showHistory")
    expect(chat.element.locator(".history-title")).to_have_text("A short one")


def test_hide_history(chat: Chat) -> None:
    chat.mount()
    chat.call("showHistory")
    expect(chat.composer).to_have_count(0)
    chat.call("hideHistory")
    expect(chat.composer).to_be_visible()


def test_fetch_updates(chat: Chat) -> None:
    """What came to be elsewhere is shown."""
    chat.mount()
    chat.say("Hello")
    thread = chat.events("thread.change")[0]["threadId"]
    message = {
        "content": [{"type": "input_text", "text": "From elsewhere"}],
        "attachments": [],
        "inference_options": {},
    }
    request = {
        "type": "threads.add_user_message",
        "params": {"thread_id": thread, "input": message},
    }
    chat.page.request.post(chat.url, data=request)
    expect(chat.text("You said: From elsewhere")).to_have_count(0)
    chat.call("fetchUpdates")
    chat.sees("You said: From elsewhere")


def test_a_method_before_the_options_says_what_is_missing(chat: Chat) -> None:
    message = chat.page.evaluate(
        "() => document.createElement('openai-chatkit').focusComposer()"
        ".then(() => 'resolved', (error) => error.message)"
    )
    assert "setOptions" in message

"""What the composer can hold: files, tools, models, tags, commands, and what was spoken."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Response, expect

from tests.browser.conformance.chat import Chat

NOTES: FilePayload = {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"tea"}
PICTURE: FilePayload = {"name": "cup.png", "mimeType": "image/png", "buffer": b"\x89PNG"}


def sent(chat: Chat) -> dict[str, Any]:
    """The input of the last message that was sent."""
    chat.wait_for_event("response.end")
    messages = chat.asked("threads.create") + chat.asked("threads.add_user_message")
    return dict(messages[-1]["input"])


def attach(chat: Chat, *files: FilePayload) -> None:
    chat.element.locator("input[type=file]").set_input_files(list(files))


def tiles(chat: Chat) -> Locator:
    return chat.element.get_by_role("list", name="Attached files").get_by_role("listitem")


def menu_item(chat: Chat, name: str) -> Locator:
    return chat.element.get_by_role("menu").locator(".menu-item", has_text=name)


# --- Files


def test_attachments_enabled(chat: Chat) -> None:
    chat.mount("{ composer: { attachments: { enabled: false } } }")
    expect(chat.button("Add files")).to_have_count(0)
    chat.mount("{ composer: { attachments: { enabled: true } } }")
    with chat.page.expect_file_chooser() as chooser:
        chat.button("Add files").click()
    chooser.value.set_files([NOTES])
    expect(tiles(chat)).to_contain_text("notes.txt")


def test_upload_in_two_phases(chat: Chat) -> None:
    """Announced, put where the server says, and sent with the message."""
    chat.mount(
        f"{{ api: {{ url: {chat.url!r}, domainKey: '', uploadStrategy: {{ type: 'two_phase' }} }},"
        " composer: { attachments: { enabled: true } } }"
    )
    uploads = f"{chat.server}/uploads/{chat.user}/"
    with chat.page.expect_request(lambda request: request.url.startswith(uploads)) as put:
        attach(chat, NOTES)
    assert put.value.method == "PUT"
    assert put.value.headers["x-upload"] == put.value.url.removeprefix(uploads)
    expect(tiles(chat).get_by_role("progressbar")).to_have_count(0)
    assert chat.page.request.get(put.value.url).text() == "tea"
    chat.send("Read it")
    (created,) = chat.asked("attachments.create")
    assert created == {"name": "notes.txt", "size": 3, "mime_type": "text/plain"}
    assert sent(chat)["attachments"] == [put.value.url.removeprefix(uploads)]
    expect(chat.element.locator(".mine")).to_contain_text("notes.txt")


def test_upload_directly(chat: Chat) -> None:
    url = f"{chat.server}/uploads/{chat.user}"
    strategy = f"{{ type: 'direct', uploadUrl: {url!r} }}"
    chat.mount(
        f"{{ api: {{ url: {chat.url!r}, domainKey: 'any', uploadStrategy: {strategy} }},"
        " composer: { attachments: { enabled: true } } }"
    )
    with chat.page.expect_response(url) as answer:
        attach(chat, NOTES)
    file = answer.value.json()
    chat.send("Read it")
    assert sent(chat)["attachments"] == [file["id"]]
    assert chat.asked("attachments.create") == []


def test_attachments_delete(chat: Chat) -> None:
    chat.mount("{ composer: { attachments: { enabled: true } } }")
    attach(chat, NOTES)
    expect(tiles(chat).get_by_role("progressbar")).to_have_count(0)
    with chat.page.expect_request(chat.url) as deleted:
        chat.button("Remove: notes.txt").click()
    assert deleted.value.post_data_json
    assert deleted.value.post_data_json["type"] == "attachments.delete"
    expect(tiles(chat)).to_have_count(0)


def test_attachments_accept(chat: Chat) -> None:
    accept = "{ 'image/*': ['.png'] }"
    chat.mount(f"{{ composer: {{ attachments: {{ enabled: true, accept: {accept} }} }} }}")
    expect(chat.element.locator("input[type=file]")).to_have_attribute("accept", "image/*,.png")
    attach(chat, NOTES)
    expect(chat.element.get_by_role("alert")).to_contain_text("notes.txt")
    expect(tiles(chat)).to_have_count(0)
    attach(chat, PICTURE)
    expect(tiles(chat)).to_contain_text("cup.png")


def test_attachments_max_count(chat: Chat) -> None:
    chat.mount("{ composer: { attachments: { enabled: true, maxCount: 2 } } }")
    attach(chat, NOTES, PICTURE, {**NOTES, "name": "third.txt"})
    expect(chat.element.get_by_role("alert")).to_contain_text("at most 2 files")
    expect(tiles(chat)).to_have_count(2)


@pytest.mark.parametrize("size", ["2", "{ 'text/*': 2 }"])
def test_attachments_max_size(chat: Chat, size: str) -> None:
    chat.mount(f"{{ composer: {{ attachments: {{ enabled: true, maxSize: {size} }} }} }}")
    attach(chat, NOTES)
    expect(chat.element.get_by_role("alert")).to_contain_text("notes.txt is larger than")
    assert chat.asked("attachments.create") == []


def test_files_of_the_page(chat: Chat) -> None:
    """`setComposerValue({ files })` uploads them."""
    chat.mount("{ composer: { attachments: { enabled: true } } }")
    chat.page.evaluate("() => chat.setComposerValue({ files: [new File(['tea'], 'notes.txt')] })")
    expect(tiles(chat)).to_contain_text("notes.txt")
    expect(tiles(chat).get_by_role("progressbar")).to_have_count(0)
    assert chat.asked("attachments.create")[0]["name"] == "notes.txt"


# --- Tools and models


def tools(*fields: str) -> str:
    first = f"{{ id: 'search', label: 'Search the web', icon: 'search', {', '.join(fields)} }}"
    return f"{{ composer: {{ tools: [{first}, {{ id: 'draw', label: 'Draw', icon: 'star' }}] }} }}"


def test_tools(chat: Chat) -> None:
    """From a menu; the chosen one is shown by its short label, sent, and gone after that."""
    chat.mount(tools("shortLabel: 'Web'"))
    chat.button("Tools").click()
    expect(menu_item(chat, "Draw").locator("svg")).to_be_visible()
    menu_item(chat, "Search the web").click()
    chosen = chat.button("Remove: Search the web")
    expect(chosen).to_have_text("Web")
    chat.send("Hello")
    assert sent(chat)["inference_options"] == {"tool_choice": {"id": "search"}}
    expect(chosen).to_have_count(0)
    assert chat.events("tool.change") == [{"toolId": "search"}, {"toolId": None}]


def test_tools_pinned(chat: Chat) -> None:
    """Beside the menu, as a button that is on or off."""
    chat.mount(tools("pinned: true"))
    button = chat.button("Search the web")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    chat.send("Hello")
    assert sent(chat)["inference_options"] == {"tool_choice": {"id": "search"}}


def test_tools_persistent(chat: Chat) -> None:
    chat.mount(tools("persistent: true"))
    chat.call("setComposerValue", {"selectedToolId": "search"})
    chat.say("Hello")
    chat.say("Again")
    assert sent(chat)["inference_options"] == {"tool_choice": {"id": "search"}}


def test_tools_placeholder_override(chat: Chat) -> None:
    chat.mount(tools("placeholderOverride: 'Search for'"))
    chat.call("setComposerValue", {"selectedToolId": "search"})
    expect(chat.composer).to_have_attribute("placeholder", "Search for")
    chat.call("setComposerValue", {"selectedToolId": None})
    expect(chat.composer).not_to_have_attribute("placeholder", "Search for")


def test_models(chat: Chat) -> None:
    """The default is sent until another is chosen; one that is disabled cannot be."""
    models = [
        {"id": "big", "label": "Big", "description": "Thinks long"},
        {"id": "small", "label": "Small", "default": True},
        {"id": "old", "label": "Old", "disabled": True},
    ]
    chat.mount(f"{{ composer: {{ models: {json.dumps(models)} }} }}")
    chat.say("Hello")
    assert sent(chat)["inference_options"]["model"] == "small"
    chat.button("Model: Small").click()
    expect(menu_item(chat, "Old")).to_have_attribute("aria-disabled", "true")
    expect(menu_item(chat, "Big")).to_contain_text("Thinks long")
    menu_item(chat, "Big").click()
    chat.say("Again")
    assert sent(chat)["inference_options"]["model"] == "big"


# --- Tags and commands

ADA = {"id": "ada", "title": "Ada", "group": "People", "icon": "user", "data": {"born": "1815"}}


def test_tag_search(chat: Chat) -> None:
    """`@` asks the page; what is chosen is sent as a tag."""
    entity = json.dumps({**ADA, "interactive": True})
    chat.mount(
        "{ entities: { onTagSearch: async (query) => {"
        f" calls.push(query); return [{entity}]; }} }} }}"
    )
    chat.composer.press_sequentially("Ask @ad")
    chat.page.wait_for_function("() => calls.at(-1) === 'ad'")
    expect(chat.element.get_by_role("listbox")).to_contain_text("People")
    chat.element.get_by_role("option", name="Ada").click()
    chat.composer.press_sequentially("about tea")
    chat.composer.press("Enter")
    content = sent(chat)["content"]
    tag = next(part for part in content if part["type"] == "input_tag")
    assert (tag["id"], tag["text"], tag["group"]) == ("ada", "Ada", "People")
    assert tag["data"] == {"born": "1815"}
    assert "".join(part["text"] for part in content) == "Ask Ada about tea"


def test_entities_show_composer_menu(chat: Chat) -> None:
    chat.mount("{ entities: { showComposerMenu: true, onTagSearch: async () => [] } }")
    chat.button("Mention").click()
    expect(chat.composer).to_have_value("@")
    expect(chat.composer).to_be_focused()
    chat.mount("{ entities: { onTagSearch: async () => [] } }")
    expect(chat.button("Mention")).to_have_count(0)


def test_entities_on_request_preview(chat: Chat) -> None:
    """What a source is about is shown while it has the focus."""
    preview = {"type": "Basic", "children": [{"type": "Text", "value": "Born in 1815"}]}
    chat.mount(
        "{ entities: { onRequestPreview: async (entity) => {"
        f" calls.push(entity.id); return {{ preview: {json.dumps(preview)} }}; }} }} }}"
    )
    chat.say("show item assistant_message")
    chat.button("Ada Lovelace").focus()
    expect(chat.element.get_by_role("tooltip")).to_have_text("Born in 1815")
    assert chat.page.evaluate("() => calls") == ["ada"]
    chat.page.keyboard.press("Escape")
    expect(chat.element.get_by_role("tooltip")).to_have_count(0)


def test_commands(chat: Chat) -> None:
    """`/` asks the page; a command may lead to a menu, and from there to a tag."""
    people = [{"id": "people", "label": "People", "description": "Who it is about", "group": "Add"}]
    chat.mount(
        "{ commands: { enabled: true,"
        f" onSearch: async (query) => {{ calls.push(query); return {json.dumps(people)}; }},"
        " onSelect: async (command) => command.id === 'people'"
        " ? { type: 'menu', commands: [{ id: 'ada', label: 'Ada' }] }"
        f" : {{ type: 'entity', entity: {json.dumps(ADA)} }} }} }}"
    )
    chat.composer.press_sequentially("/peo")
    chat.page.wait_for_function("() => calls.at(-1) === 'peo'")
    expect(chat.element.get_by_role("option", name="People")).to_contain_text("Who it is about")
    chat.element.get_by_role("option", name="People").click()
    chat.element.get_by_role("option", name="Ada").click()
    chat.composer.press_sequentially("likes tea")
    chat.composer.press("Enter")
    assert [part["type"] for part in sent(chat)["content"]] == ["input_tag", "input_text"]


def test_commands_that_are_not_enabled(chat: Chat) -> None:
    chat.mount("{ commands: { enabled: false, onSearch: async () => [] } }")
    chat.composer.press_sequentially("/peo")
    expect(chat.element.get_by_role("listbox")).to_have_count(0)


# --- Dictation


def test_dictation(chat: Chat) -> None:
    """Recorded, written down by the server, and put into the text."""
    chat.mount("{ composer: { dictation: { enabled: true } } }")
    chat.page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = async () => {
            const audio = new AudioContext();
            await audio.resume();
            const tone = audio.createOscillator();
            const recorded = audio.createMediaStreamDestination();
            tone.connect(recorded);
            tone.start();
            return recorded.stream;
        }; }"""
    )
    chat.element.get_by_role("button", name="Dictate").click()
    expect(chat.element.get_by_role("timer")).to_have_text("0:01")
    chat.button("Write it down").click()
    expect(chat.composer).to_have_value("Said in audio/webm")
    (params,) = chat.asked("input.transcribe")
    assert params["mime_type"].startswith("audio/webm")
    assert params["audio_base64"]


# --- A secret instead of a session of the page's own


def test_api_get_client_secret(chat: Chat) -> None:
    """Asked for at the first request, and anew when the server no longer takes it."""
    url = f"{chat.server}/hosted/{chat.user}"
    chat.mount(
        f"{{ api: {{ url: {url!r}, getClientSecret: async (current) => {{"
        " calls.push(current); return current === null ? 'stale' : 'fresh'; } } }"
    )
    chat.say("Hello")
    chat.sees("You said: Hello")
    assert chat.page.evaluate("() => calls") == [None, "stale"]
    chat.say("Again")
    chat.sees("You said: Again")
    assert chat.page.evaluate("() => calls.length") == 2


def test_client_secret_that_expires(chat: Chat) -> None:
    """A JWT says when: no request goes with one that is over."""
    url = f"{chat.server}/hosted/{chat.user}"
    chat.mount(
        f"{{ api: {{ url: {url!r}, getClientSecret: async (current) => {{"
        " calls.push(current === null ? null : current.split('.')[0]);"
        " const exp = Date.now() / 1000 + (current === null ? 2 : 600);"
        " return `n${calls.length}.${btoa(JSON.stringify({ exp }))}.fresh`; } } }"
    )
    refused: list[int] = []

    def note(answer: Response) -> None:
        refused.append(answer.status)

    chat.page.on("response", note)
    chat.say("Hello")
    assert chat.page.evaluate("() => calls") == [None]
    chat.page.wait_for_timeout(2100)
    chat.say("Again")
    chat.sees("You said: Again")
    assert chat.page.evaluate("() => calls") == [None, "n1"]
    chat.page.remove_listener("response", note)
    assert refused
    assert 401 not in refused

"""The message that is being written outlives a reload of the page."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.conformance.chat import Chat
from tests.browser.conformance.test_composer import NOTES, PICTURE, attach, sent, tiles

FILES = "{ composer: { attachments: { enabled: true } } }"
ADA = {
    "type": "input_tag",
    "id": "ada",
    "text": "Ada",
    "group": "People",
    "data": {"born": "1815"},
    "interactive": True,
}


def reload(chat: Chat) -> None:
    chat.page.reload()
    options = f"{{ api: {chat.api}, ...({FILES}) }}"
    chat.page.evaluate(f"async () => await mount({options}, {{ keep: true }})")


def test_text_tags_and_files_after_a_reload(chat: Chat) -> None:
    chat.mount(FILES)
    chat.call("setComposerValue", {"content": [{"type": "input_text", "text": "Ask "}, ADA]})
    attach(chat, NOTES, PICTURE)
    expect(tiles(chat)).to_have_count(2)
    expect(tiles(chat).get_by_role("progressbar")).to_have_count(0)
    reload(chat)
    expect(chat.composer).to_have_value("Ask Ada")
    expect(chat.element.locator("mark")).to_have_text("Ada")
    expect(tiles(chat).locator(".file-name")).to_have_text(["notes.txt", "cup.png"])
    chat.composer.press("Enter")
    message = sent(chat)
    assert message["content"] == [{"type": "input_text", "text": "Ask "}, ADA]
    assert len(message["attachments"]) == len(chat.asked("attachments.create")) == 2
    expect(chat.element.locator(".mine")).to_contain_text("notes.txt")
    reload(chat)
    expect(chat.composer).to_have_value("")
    expect(tiles(chat)).to_have_count(0)


def test_upload_that_a_reload_ended(chat: Chat) -> None:
    chat.mount(FILES)
    chat.page.route("**/uploads/**", lambda route: None)
    attach(chat, NOTES)
    expect(tiles(chat).get_by_role("progressbar")).to_be_visible()
    reload(chat)
    chat.page.unroute_all(behavior="ignoreErrors")
    expect(tiles(chat)).to_have_count(0)
    expect(chat.element.get_by_role("alert")).to_contain_text("notes.txt was not uploaded yet")


def test_file_that_is_gone_from_the_server_after_a_reload(chat: Chat) -> None:
    """The message comes back, and its file says that it may be why."""
    chat.mount(FILES)
    attach(chat, NOTES)
    expect(tiles(chat)).to_have_count(1)
    expect(tiles(chat).get_by_role("progressbar")).to_have_count(0)
    reload(chat)
    kept = chat.page.evaluate("() => Object.entries(sessionStorage)")
    (files,) = [json.loads(value) for key, value in kept if key.startswith("chatkit.files:")]
    gone = {"attachment_id": files["files"][0]["attachment"]["id"]}
    deleted = chat.page.request.post(chat.url, data={"type": "attachments.delete", "params": gone})
    assert deleted.ok
    chat.send("Read it")
    expect(tiles(chat)).to_contain_text("The server may no longer have it.")
    expect(chat.composer).to_have_value("Read it")
    tiles(chat).get_by_role("button", name="Remove: notes.txt").click()
    chat.composer.press("Enter")
    chat.sees("You said: Read it")

"""One element on a plain page, what it asked of the server and what it told the page."""

from __future__ import annotations

import itertools
import json
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Self

from playwright.sync_api import Locator, Page, Request, expect

_users = itertools.count(1)


@dataclass
class Chat:
    """The element of one test. Its user, and so its threads, are the test's own."""

    page: Page
    server: str
    user: str = field(default_factory=lambda: f"user{next(_users)}")
    requests: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.server}/chatkit/{self.user}"

    @property
    def api(self) -> str:
        """The option, as JavaScript."""
        return json.dumps({"url": self.url, "domainKey": "any"})

    def mount(self, options: str = "{}") -> Self:
        """Shows a new element. `options` is JavaScript, on top of an `api` of this user."""
        self.page.evaluate(f"async () => await mount({{ api: {self.api}, ...({options}) }})")
        return self

    def set_options(self, options: str) -> None:
        self.page.evaluate(f"() => chat.setOptions({{ api: {self.api}, ...({options}) }})")

    def call(self, method: str, *arguments: Any) -> Any:
        """A method of the element, to its end."""
        script = "([name, args]) => Promise.resolve(chat[name](...args)).then(() => null)"
        return self.page.evaluate(script, [method, list(arguments)])

    def start(self, method: str, *arguments: Any) -> None:
        """A method of the element, without waiting for it."""
        script = "([name, args]) => { void chat[name](...args).catch(() => {}) }"
        self.page.evaluate(script, [method, list(arguments)])

    def note(self, request: Request) -> None:
        if request.url.startswith(self.url) and request.method == "POST":
            self.requests.append(request.post_data_json or {})

    def asked(self, type: str) -> list[dict[str, Any]]:
        """The `params` of each request of that type."""
        return [request["params"] for request in self.requests if request["type"] == type]

    def events(self, name: str) -> list[Any]:
        """The details of each event of that name, without `chatkit.`."""
        seen = self.page.evaluate("() => seen")
        return [detail for event, detail in seen if event == name]

    def event_names(self) -> list[str]:
        return [event for event, _ in self.page.evaluate("() => seen") if event != "log"]

    def wait_for_event(self, name: str, count: int = 1) -> Any:
        """The detail of the `count`th event of that name."""
        script = "([name, count]) => seen.filter(([event]) => event === name).length >= count"
        self.page.wait_for_function(script, arg=[name, count])
        return self.events(name)[count - 1]

    # --- What a person sees and does

    @property
    def element(self) -> Locator:
        return self.page.locator("openai-chatkit")

    @property
    def composer(self) -> Locator:
        return self.element.get_by_role("textbox", name="Message", exact=True)

    @property
    def log(self) -> Locator:
        return self.element.get_by_role("log")

    @property
    def answers(self) -> Locator:
        return self.element.locator(".answer")

    def button(self, name: str) -> Locator:
        return self.element.get_by_role("button", name=name, exact=True)

    def text(self, words: str) -> Locator:
        return self.log.get_by_text(words)

    def send(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def say(self, text: str) -> None:
        """Send, and wait until the reply is complete."""
        before = len(self.events("response.end"))
        self.send(text)
        self.wait_for_event("response.end", before + 1)

    def show(self, script: str) -> Self:
        """A new element in which the server has run a script to its end."""
        self.mount()
        self.say(f"show {script}")
        return self

    def sees(self, words: str) -> None:
        expect(self.text(words).last).to_be_visible()

    # --- The server

    def release(self) -> None:
        """Let the reply that waits go on."""
        self._post(f"/release/{self.user}")

    def stored_thread(self, name: str) -> str:
        """Give this user a thread of the server's samples; its id."""
        return str(json.loads(self._post(f"/threads/{self.user}/{name}"))["id"])

    def stored_items(self, type: str) -> list[dict[str, Any]]:
        """Those of a type in the thread that is shown, newest first."""
        thread = self.events("thread.change")[-1]["threadId"]
        params = {"thread_id": thread, "limit": 50, "order": "desc"}
        answer = self.page.request.post(self.url, data={"type": "items.list", "params": params})
        return [item for item in answer.json()["data"] if item["type"] == type]

    def _post(self, path: str) -> bytes:
        request = urllib.request.Request(self.server + path, method="POST")
        with urllib.request.urlopen(request, timeout=10) as response:
            return bytes(response.read())

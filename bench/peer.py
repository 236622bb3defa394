"""The peer: a ChatKit server as one writes it today, with FastAPI and threads in memory.

Started by `python -m uvicorn bench.peer:app`. It does less than the product: nobody signs in,
nothing outlives the process, tool calls do not show, and a lost reply is lost. Its prompt is the
product's, from the environment.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from agents import (
    Agent,
    ModelSettings,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    set_tracing_disabled,
)
from chatkit.agents import AgentContext, simple_to_agent_input, stream_agent_response
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError, Store
from chatkit.types import (
    Attachment,
    Page,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from openai import AsyncOpenAI

HISTORY_ITEMS = 200

Context = dict[str, Any]

set_tracing_disabled(True)


# --- Threads -----------------------------------------------------------------------------------


@dataclass
class _Kept:
    thread: ThreadMetadata
    items: dict[str, ThreadItem] = field(default_factory=dict)


class MemoryStore(Store[Context]):
    def __init__(self) -> None:
        self._threads: dict[str, _Kept] = {}

    def _kept(self, thread_id: str) -> _Kept:
        try:
            return self._threads[thread_id]
        except KeyError:
            raise NotFoundError(f"There is no thread {thread_id}.") from None

    async def load_thread(self, thread_id: str, context: Context) -> ThreadMetadata:
        return self._kept(thread_id).thread.model_copy(deep=True)

    async def save_thread(self, thread: ThreadMetadata, context: Context) -> None:
        kept = thread.model_copy(deep=True)
        if thread.id in self._threads:
            self._threads[thread.id].thread = kept
        else:
            self._threads[thread.id] = _Kept(kept)

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: Context
    ) -> Page[ThreadItem]:
        return _page(list(self._kept(thread_id).items.values()), after, limit, order)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: Context
    ) -> Page[ThreadMetadata]:
        return _page([kept.thread for kept in self._threads.values()], after, limit, order)

    async def add_thread_item(self, thread_id: str, item: ThreadItem, context: Context) -> None:
        self._kept(thread_id).items[item.id] = item

    async def save_item(self, thread_id: str, item: ThreadItem, context: Context) -> None:
        self._kept(thread_id).items[item.id] = item

    async def load_item(self, thread_id: str, item_id: str, context: Context) -> ThreadItem:
        try:
            return self._kept(thread_id).items[item_id]
        except KeyError:
            raise NotFoundError(f"There is no item {item_id}.") from None

    async def delete_thread(self, thread_id: str, context: Context) -> None:
        self._threads.pop(thread_id, None)

    async def delete_thread_item(self, thread_id: str, item_id: str, context: Context) -> None:
        self._kept(thread_id).items.pop(item_id, None)

    async def save_attachment(self, attachment: Attachment, context: Context) -> None:
        raise NotImplementedError

    async def load_attachment(self, attachment_id: str, context: Context) -> Attachment:
        raise NotImplementedError

    async def delete_attachment(self, attachment_id: str, context: Context) -> None:
        raise NotImplementedError


def _page(rows: list[Any], after: str | None, limit: int, order: str) -> Page[Any]:
    """`rows` are kept oldest first."""
    if order == "desc":
        rows.reverse()
    ids = [row.id for row in rows]
    start = ids.index(after) + 1 if after in ids else 0
    data = rows[start : start + limit]
    more = start + limit < len(rows)
    return Page(data=data, has_more=more, after=data[-1].id if more else None)


# --- Tasks -------------------------------------------------------------------------------------

tasks: dict[int, dict[str, Any]] = {}


@function_tool
def add_task(title: str, due: str | None = None, priority: str = "none") -> dict[str, Any]:
    """Add a task to the user's list."""
    number = len(tasks) + 1
    tasks[number] = {"id": number, "title": title, "due": due, "priority": priority, "done": False}
    return tasks[number]


@function_tool
def list_tasks(done: bool | None = None) -> list[dict[str, Any]]:
    """List the user's tasks, or those that are done or open."""
    return [task for task in tasks.values() if done in {None, task["done"]}]


@function_tool
def complete_task(number: int) -> dict[str, Any]:
    """Mark a task as done."""
    tasks[number]["done"] = True
    return tasks[number]


@function_tool
def update_task(number: int, title: str | None = None, due: str | None = None) -> dict[str, Any]:
    """Change a task's title or due date."""
    tasks[number] |= {"title": title or tasks[number]["title"], "due": due or tasks[number]["due"]}
    return tasks[number]


@function_tool
def delete_task(number: int) -> dict[str, Any]:
    """Delete a task."""
    return tasks.pop(number)


# --- The assistant -----------------------------------------------------------------------------

agent: Agent[AgentContext[Context]] = Agent(
    name="TaskChat",
    instructions=os.environ["INSTRUCTIONS"],
    model=OpenAIResponsesModel(model=os.environ["OPENAI_MODEL"], openai_client=AsyncOpenAI()),
    model_settings=ModelSettings(temperature=0.7, include_usage=True, store=False),
    tools=[add_task, list_tasks, complete_task, update_task, delete_task],
)


class Assistant(ChatKitServer[Context]):
    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: Context,
    ) -> AsyncIterator[ThreadStreamEvent]:
        page = await self.store.load_thread_items(thread.id, None, HISTORY_ITEMS, "desc", context)
        inputs = await simple_to_agent_input(page.data[::-1])
        agent_context: AgentContext[Context] = AgentContext(
            thread=thread, store=self.store, request_context=context
        )
        result = Runner.run_streamed(agent, inputs, context=agent_context)
        async for event in stream_agent_response(agent_context, result):
            yield event


app = FastAPI()
assistant = Assistant(MemoryStore())


@app.post("/chatkit")
async def chatkit(request: Request) -> Response:
    result = await assistant.process(await request.body(), {})
    if isinstance(result, StreamingResult):
        return StreamingResponse(result, media_type="text/event-stream")
    return Response(result.json, media_type="application/json")


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    return {"status": "ready"}

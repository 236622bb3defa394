"""The ChatKit server: what happens to each request of the protocol, and how a reply is made."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeGuard

from agents import TResponseInputItem
from agents.exceptions import MaxTurnsExceeded
from chatkit.actions import Action
from chatkit.agents import AgentContext
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer
from chatkit.types import (
    AttachmentsCreateReq,
    AttachmentsDeleteReq,
    ChatKitReq,
    FeedbackKind,
    InputTranscribeReq,
    NonStreamingReq,
    Page,
    StreamingReq,
    StreamOptionsEvent,
    SyncCustomActionResponse,
    Thread,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadItemUpdatedEvent,
    ThreadMetadata,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsGetByIdReq,
    ThreadStreamEvent,
    UserMessageItem,
    WidgetItem,
    Workflow,
    WorkflowItem,
)
from pydantic import TypeAdapter

from chat import beginnings, threads
from chat.actions import answer_action, settle_card
from chat.agent import done_line, fixed_size, run_agent
from chat.agent_stream import agent_stream
from chat.bounds import MAX_SECONDS, STOPPED
from chat.confirmations import says_no
from chat.context import ChatContext
from chat.failures import cause, explain
from chat.history import estimate, first_turn, load_history, size_of
from chat.last_run import last_run
from chat.open_messages import OpenMessages, whole_message
from chat.partial import kept_items
from chat.runs.log import UNHURRIED
from chat.runs.runner import CANCELLED, LOST, runner
from chat.store import DjangoStore
from chat.text_deltas import delta_frame, one_by_one
from chat.titles import title_from
from chat.tool_calls import adopt_earlier
from chat.widgets import confirmation_card, task_list
from taskchat_site import database
from taskchat_site.errors import ApiError, invalid
from tasks import queries

logger = logging.getLogger(__name__)

END_SECONDS = 0.01
PATIENCE = {
    "assistant_message.content_part.added": UNHURRIED,
    "assistant_message.content_part.done": END_SECONDS,
}

_requests: TypeAdapter[ChatKitReq] = TypeAdapter(ChatKitReq)


def parse_request(body: bytes) -> StreamingReq | NonStreamingReq:
    """The request in `body`; raises pydantic's `ValidationError`.

    ChatKit builds this adapter anew for each request, which costs 3.7 ms.
    """
    return _requests.validate_json(body)


class TaskChatServer(ChatKitServer[ChatContext]):
    """Stock ChatKit with three additions.

    A message and its run are stored in one transaction before the first byte (`prepare`); what
    was said before a stop is kept, tool calls included; every failure gets words.
    """

    # --- A new message, stored before anything is sent -----------------------------------

    async def prepare(
        self, request: ThreadsCreateReq | ThreadsAddUserMessageReq, context: ChatContext
    ) -> tuple[ThreadMetadata, UserMessageItem]:
        """The thread and the user's item that `request` means; nothing is stored yet."""
        if isinstance(request, ThreadsCreateReq):
            thread_id = self.store.generate_thread_id(context)
            thread = ThreadMetadata(id=thread_id, created_at=context.now)
        else:
            thread = await self.store.load_thread(request.params.thread_id, context)
        item = await self._build_user_message_item(request.params.input, thread, context)
        if isinstance(request, ThreadsCreateReq):
            thread.title = title_from(threads.item_text(item)) or None
        return thread, item.model_copy(update={"created_at": context.now})

    def opening(
        self, thread: ThreadMetadata, item: UserMessageItem, created: bool, context: ChatContext
    ) -> Iterator[ThreadStreamEvent]:
        """What the stream of a message begins with, known before the message is stored."""
        if created:
            empty = Thread(**thread.model_dump(), items=Page())
            yield ThreadCreatedEvent(thread=self._to_thread_response(empty))
        yield ThreadItemDoneEvent(item=item)
        yield StreamOptionsEvent(stream_options=self.get_stream_options(thread, context))

    async def answer(
        self, thread: ThreadMetadata, item: UserMessageItem, created: bool, context: ChatContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """The events after the opening of a message that is already stored."""
        context.begins = "thread" if created else "turn"
        events = self._process_events(thread, context, lambda: self.respond(thread, item, context))
        async for event in events:
            if isinstance(event, StreamOptionsEvent):  # it was in the opening
                continue
            for one in one_by_one(event):
                yield one

    async def events(
        self, request: StreamingReq, context: ChatContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """The events of every other streaming request, as ChatKit makes them."""
        async for event in self._process_streaming_impl(request, context):
            for one in one_by_one(event):
                yield one

    def frame(self, event: ThreadStreamEvent) -> bytes:
        """One SSE event. ChatKit's times are naive, which a browser would take for its own zone."""
        if is_delta(event):
            return delta_frame(event)
        item = getattr(event, "item", None)
        if item is not None and item.created_at.tzinfo is None:
            item = item.model_copy(update={"created_at": threads.aware(item.created_at)})
            event = event.model_copy(update={"item": item})
        return b"data: %b\n\n" % self._serialize(event)

    async def plain(self, request: NonStreamingReq, context: ChatContext) -> bytes:
        """The JSON that answers a request without a stream; 422 for what we do not offer."""
        if isinstance(request, AttachmentsCreateReq | AttachmentsDeleteReq):
            raise invalid("Files cannot be attached here.", "not_supported")
        if isinstance(request, InputTranscribeReq):
            raise invalid("Speech cannot be turned into text here.", "not_supported")
        if isinstance(request, ThreadsGetByIdReq):
            return await self._thread(request.params.thread_id, context)
        return await self._process_non_streaming(request, context)

    async def _thread(self, thread_id: str, context: ChatContext) -> bytes:
        """ChatKit's thread, and in `last_run` how its last reply ended if it did not complete."""
        ended = await database.run(last_run, context.user, thread_id)
        thread = self._to_thread_response(await self._load_full_thread(thread_id, context))
        body = json.loads(self._serialize(thread))
        return json.dumps({**body, "last_run": ended}).encode()

    # --- The reply -----------------------------------------------------------------------

    async def respond(
        self,
        thread: ThreadMetadata,
        input_user_message: UserMessageItem | None,
        context: ChatContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        if input_user_message is not None:
            context.turn_id = input_user_message.id
            thread.title = thread.title or title_from(threads.item_text(input_user_message))
        agent_context: AgentContext[ChatContext] = AgentContext(
            thread=thread, store=self.store, request_context=context
        )
        spoken = OpenMessages()
        try:
            async for event in self._reply(agent_context, input_user_message, context):
                spoken.see(event)
                yield event
        except MaxTurnsExceeded:
            for event in whole_message(STOPPED, agent_context):
                yield event
        except Exception as error:
            failure = context.failure = explain(error)
            context.cause = cause(error)
            log = logger.exception if failure.code == "internal" else logger.warning
            log("run %s: %s: %s", context.run_id, failure.code, context.cause)
            for event in spoken.done():
                yield event
            if agent_context.workflow_item is not None:
                yield ThreadItemDoneEvent(item=agent_context.workflow_item)
            raise CustomStreamError(failure.words, allow_retry=True) from error

    async def _reply(
        self,
        agent_context: AgentContext[ChatContext],
        message: UserMessageItem | None,
        context: ChatContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        """What was done before, the agent's own events, then what belongs beside its words."""
        if context.begins is None:
            done = await self._done_before(agent_context, message, context)
            if done is not None:
                yield ThreadItemDoneEvent(item=done)
        if context.begins == "thread" and message is not None:
            inputs = first_turn(message)
        else:
            inputs = await database.run(load_history, agent_context.thread.id)
        async with asyncio.timeout(MAX_SECONDS):
            async for event in self._agent_events(agent_context, inputs, context):
                yield event
        async for event in self._widgets(agent_context, context):
            yield event
        card = await self._answered_card(agent_context.thread, message, context)
        if card is not None:
            yield ThreadItemReplacedEvent(item=card)

    async def _done_before(
        self,
        agent_context: AgentContext[ChatContext],
        message: UserMessageItem | None,
        context: ChatContext,
    ) -> WorkflowItem | None:
        """What earlier tries of this turn did, as a workflow that is done and may go on."""
        workflow_id = agent_context.generate_id("workflow")
        thread_id = agent_context.thread.id
        calls = await database.run(adopt_earlier, context, thread_id, workflow_id)
        if calls:
            agent_context.workflow_item = WorkflowItem(
                id=workflow_id,
                thread_id=thread_id,
                created_at=datetime.now(UTC),
                workflow=Workflow(type="custom", tasks=[done_line(call) for call in calls]),
            )
            return agent_context.workflow_item
        if message is None:
            await self._find_open_workflow(agent_context, context)
        return None

    async def _find_open_workflow(
        self, agent_context: AgentContext[ChatContext], context: ChatContext
    ) -> None:
        """A reply to no message goes on with the workflow that stands last, as ChatKit does."""
        page = await self.store.load_thread_items(agent_context.thread.id, None, 2, "desc", context)
        items = page.data
        if items and items[0].type == "client_tool_call":
            items = items[1:]
        if items and isinstance(items[0], WorkflowItem):
            agent_context.workflow_item = items[0]

    async def _agent_events(
        self,
        agent_context: AgentContext[ChatContext],
        inputs: list[TResponseInputItem],
        context: ChatContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        result = run_agent(agent_context, inputs)
        async for event in agent_stream(agent_context, result):
            beginnings.answered()
            if context.first_delta_at is None and is_delta(event):
                context.first_delta_at = time.monotonic()
            yield event
        usage = result.context_wrapper.usage
        context.usage.input_tokens = usage.input_tokens
        context.usage.output_tokens = usage.output_tokens
        context.usage.cached_tokens = usage.input_tokens_details.cached_tokens or 0
        if first := next(iter(usage.request_usage_entries), None):
            estimate.learn(size_of(inputs) + fixed_size(), first.input_tokens)

    async def _answered_card(
        self, thread: ThreadMetadata, message: UserMessageItem | None, context: ChatContext
    ) -> WidgetItem | None:
        """A card whose question this message answered in words offers its buttons no longer."""
        text = threads.item_text(message) if message else ""
        if not (context.confirmation_id or says_no(text)):
            return None
        confirmed = context.confirmation_id is not None
        return await database.run(settle_card, context, thread.id, confirmed=confirmed)

    async def _widgets(
        self, agent_context: AgentContext[ChatContext], context: ChatContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        """What belongs beside the words: the tasks last listed, and cards that ask for a yes."""
        roots = [confirmation_card(needs) for needs in context.confirmations]
        if context.listed:
            numbers = [int(task_id.removeprefix("t")) for task_id in context.listed]
            rows = await database.run(queries.tasks_by_number, context.user, numbers)
            tasks = [rows[number] for number in numbers if number in rows]
            roots.append(task_list(tasks, context.user, context.now))
        for root in roots:
            yield ThreadItemDoneEvent(
                item=WidgetItem(
                    id=agent_context.generate_id("message"),
                    thread_id=agent_context.thread.id,
                    created_at=datetime.now(UTC),
                    widget=root,
                )
            )

    async def handle_stream_cancelled(
        self, thread: ThreadMetadata, pending_items: list[ThreadItem], context: ChatContext
    ) -> None:
        """Keep what was said and done: the thread shows what the stream showed.

        ChatKit adds a note for the model that the user cancelled, which is so for a stop alone.
        """
        reason = runner.reason(context.run_id)
        if reason == LOST:
            return
        for item in kept_items(pending_items):
            await self.store.add_thread_item(thread.id, item, context=context)
        if reason == CANCELLED:
            await super().handle_stream_cancelled(thread, [], context)

    # --- Clicks and thumbs ---------------------------------------------------------------

    async def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: ChatContext,
    ) -> AsyncIterator[ThreadStreamEvent]:
        try:
            item = await database.run(answer_action, context, action, sender, thread.id)
        except ApiError as error:
            raise CustomStreamError(error.detail) from error
        if item is not None:
            yield ThreadItemReplacedEvent(item=item)

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: ChatContext,
    ) -> SyncCustomActionResponse:
        item = await database.run(answer_action, context, action, sender, thread.id)
        if item is not None:
            await self.store.save_item(thread.id, item, context)
        return SyncCustomActionResponse(updated_item=item)

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind, context: ChatContext
    ) -> None:
        await database.run(threads.save_feedback, context.user, thread_id, item_ids, feedback)


def is_delta(event: ThreadStreamEvent) -> TypeGuard[ThreadItemUpdatedEvent]:
    """Does `event` carry words of the reply?"""
    return (
        event.type == "thread.item.updated"
        and event.update.type == "assistant_message.content_part.text_delta"
    )


def patience(event: ThreadStreamEvent) -> float:
    """Seconds for which nobody misses `event`.

    What begins a message of the assistant is nothing to see before its words; what ends one mostly
    ends the reply as well, and is then stored with that.
    """
    if isinstance(event, ThreadItemUpdatedEvent):
        return PATIENCE.get(event.update.type, 0.0)
    item = getattr(event, "item", None)
    if item is None or item.type != "assistant_message":
        return 0.0
    return UNHURRIED if isinstance(event, ThreadItemAddedEvent) else END_SECONDS


@cache
def chat_server() -> TaskChatServer:
    return TaskChatServer(DjangoStore())

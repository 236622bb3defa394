"""The events of an agent's run, one by one, as those of a ChatKit thread.

The rules are those of ChatKit's `stream_agent_response`, for what our agent can cause: words with
sources, thoughts, and the lines of tool calls. Images and tools of the page are not among it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agents import AgentUpdatedStreamEvent, RawResponsesStreamEvent, RunItemStreamEvent, StreamEvent
from chatkit.agents import AgentContext
from chatkit.types import (
    Annotation,
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartAnnotationAdded,
    AssistantMessageContentPartDone,
    AssistantMessageItem,
    DurationSummary,
    FileSource,
    ThoughtTask,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    URLSource,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from openai.types.responses import ResponseOutputMessage
from pydantic import BaseModel

from chat import threads
from chat.bursts import parts_of
from chat.context import ChatContext
from chat.text_deltas import Words

# Beside these a workflow goes on: they are not seen.
UNSEEN = ("client_tool_call", "hidden_context_item")


@dataclass
class _Thought:
    """The thought that is being streamed, by the provider's numbers."""

    item_id: str
    index: int
    task: ThoughtTask


class AgentEvents:
    """Keeps what one run has open: its workflow (in the context), a thought, ids of messages."""

    def __init__(self, context: AgentContext[ChatContext]) -> None:
        self._context = context
        self._thought: _Thought | None = None
        # The provider's ids need not be unique: over the chat-completions API every message has
        # the same made-up one, and the store overwrites by id.
        self._own_ids: dict[str, str] = {}
        self._annotations: Counter[tuple[str, int]] = Counter()

    def of(self, things: Iterable[StreamEvent | ThreadStreamEvent]) -> Iterator[ThreadStreamEvent]:
        """The thread's events for `things`, which are of the run or already the thread's.

        To be sent as they are made: the next one may change the items in them.
        """
        words = Words()
        for thing in things:
            if isinstance(thing, RawResponsesStreamEvent):
                said: Any = thing.data  # checked by `GuardedModel`
                if said.type == "response.output_text.delta":
                    item_id = self._own_ids.get(said.item_id, said.item_id)
                    for part in parts_of(said):
                        yield from words.add(item_id, said.content_index, part)
                    continue
                made = self._of_model(said)
            elif isinstance(thing, RunItemStreamEvent | AgentUpdatedStreamEvent):
                continue
            else:
                made = self._of_tool(thing)
            yield from words.take()
            yield from made
        yield from words.take()

    def _of_tool(self, event: ThreadStreamEvent) -> Iterator[ThreadStreamEvent]:
        """What tools show themselves; something new after a workflow ends it."""
        if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent):
            workflow = self._context.workflow_item
            item = event.item
            if workflow is not None and workflow.id != item.id and item.type not in UNSEEN:
                yield self._end_workflow(workflow)
            if isinstance(event, ThreadItemAddedEvent) and isinstance(item, WorkflowItem):
                self._context.workflow_item = item
        yield event

    def _of_model(self, event: Any) -> Iterator[ThreadStreamEvent]:
        match event.type:
            case "response.output_item.added":
                return self._begin(event.item)
            case "response.output_item.done" if event.item.type == "message":
                return iter([ThreadItemDoneEvent(item=self._message(event.item))])
            case "response.content_part.added" if event.part.type != "reasoning_text":
                content = _content(event.part)
                return self._update(event, AssistantMessageContentPartAdded, content=content)
            case "response.output_text.done":
                content = AssistantMessageContent(text=event.text)
                return self._update(event, AssistantMessageContentPartDone, content=content)
            case "response.output_text.annotation.added":
                return self._annotate(event)
            case "response.reasoning_summary_text.delta":
                return self._think(event)
            case "response.reasoning_summary_text.done":
                return self._end_thought(event)
        return iter(())

    def _update(self, event: Any, kind: Any, **what: Any) -> Iterator[ThreadStreamEvent]:
        update = kind(content_index=event.content_index, **what)
        item_id = self._own_ids.get(event.item_id, event.item_id)
        yield ThreadItemUpdatedEvent(item_id=item_id, update=update)

    # --- Messages ----------------------------------------------------------------------------

    def _begin(self, item: Any) -> Iterator[ThreadStreamEvent]:
        workflow = self._context.workflow_item
        if item.type == "message":
            if workflow is not None:
                yield self._end_workflow(workflow)
            self._own_ids[item.id] = self._context.generate_id("message")
            yield ThreadItemAddedEvent(item=self._message(item))
        elif item.type == "reasoning" and workflow is None:
            workflow = self._context.workflow_item = WorkflowItem(
                id=self._context.generate_id("workflow"),
                thread_id=self._context.thread.id,
                created_at=datetime.now(UTC),
                workflow=Workflow(type="reasoning", tasks=[]),
            )
            yield ThreadItemAddedEvent(item=workflow)

    def _message(self, item: ResponseOutputMessage) -> AssistantMessageItem:
        own_id = self._own_ids.get(item.id)
        if own_id is None:
            own_id = self._own_ids[item.id] = self._context.generate_id("message")
        return AssistantMessageItem(
            id=own_id,
            thread_id=self._context.thread.id,
            created_at=datetime.now(UTC),
            content=[_content(part) for part in item.content],
        )

    def _annotate(self, event: Any) -> Iterator[ThreadStreamEvent]:
        annotation = _annotation(event.annotation)
        if annotation is None:
            return iter(())
        place = (event.item_id, event.content_index)
        number = self._annotations[place]
        self._annotations[place] += 1
        return self._update(
            event,
            AssistantMessageContentPartAnnotationAdded,
            annotation_index=number,
            annotation=annotation,
        )

    # --- Workflows and thoughts ----------------------------------------------------------------

    def _end_workflow(self, item: WorkflowItem) -> ThreadStreamEvent:
        self._context.workflow_item = None
        if item.workflow.summary is None:
            duration = datetime.now(UTC) - threads.aware(item.created_at)
            item.workflow.summary = DurationSummary(duration=int(duration.total_seconds()))
        item.workflow.expanded = False
        return ThreadItemDoneEvent(item=item)

    def _think(self, event: Any) -> Iterator[ThreadStreamEvent]:
        """The first thought of a workflow shows while it is thought, later ones when done."""
        item = self._context.workflow_item
        if item is None:
            return
        tasks = item.workflow.tasks
        if item.workflow.type == "reasoning" and not tasks:
            task = ThoughtTask(content=event.delta)
            self._thought = _Thought(event.item_id, event.summary_index, task)
            tasks.append(task)
            update = WorkflowTaskAdded(task=task, task_index=0)
            yield ThreadItemUpdatedEvent(item_id=item.id, update=update)
        elif (thought := self._thought_of(event, item)) is not None:
            thought.task.content += event.delta
            changed = WorkflowTaskUpdated(task=thought.task, task_index=tasks.index(thought.task))
            yield ThreadItemUpdatedEvent(item_id=item.id, update=changed)

    def _end_thought(self, event: Any) -> Iterator[ThreadStreamEvent]:
        item = self._context.workflow_item
        if item is None:
            return
        tasks = item.workflow.tasks
        thought = self._thought_of(event, item)
        update: WorkflowTaskAdded | WorkflowTaskUpdated
        if thought is not None:
            thought.task.content = event.text
            self._thought = None
            update = WorkflowTaskUpdated(task=thought.task, task_index=tasks.index(thought.task))
        else:
            task = ThoughtTask(content=event.text)
            tasks.append(task)
            update = WorkflowTaskAdded(task=task, task_index=tasks.index(task))
        yield ThreadItemUpdatedEvent(item_id=item.id, update=update)

    def _thought_of(self, event: Any, item: WorkflowItem) -> _Thought | None:
        thought = self._thought
        if thought is None or thought.task not in item.workflow.tasks:
            return None
        is_same = (thought.item_id, thought.index) == (event.item_id, event.summary_index)
        return thought if is_same else None


def _content(part: Any) -> AssistantMessageContent:
    if part.type != "output_text":
        return AssistantMessageContent(text=part.refusal)
    sources = [_annotation(annotation) for annotation in part.annotations]
    return AssistantMessageContent(
        text=part.text, annotations=[source for source in sources if source is not None]
    )


def _annotation(given: object) -> Annotation | None:
    """A source of what is said; the client gives some annotations as they came, without a class."""
    facts = given.model_dump() if isinstance(given, BaseModel) else given
    match facts:
        case {"type": "file_citation", "filename": str(name), "index": int(index)} if name:
            return Annotation(source=FileSource(filename=name, title=name), index=index)
        case {"type": "container_file_citation", "filename": str(name), "end_index": int(end)} if (
            name
        ):
            return Annotation(source=FileSource(filename=name, title=name), index=end)
        case {"type": "url_citation", "url": str(url), "title": str(title), "end_index": int(end)}:
            return Annotation(source=URLSource(url=url, title=title), index=end)
    return None

"""An item of every type, and every update of one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chatkit.types import (
    AssistantMessageItem,
    ClientToolCallItem,
    EndOfTurnItem,
    GeneratedImageItem,
    HiddenContextItem,
    SDKHiddenContextItem,
    StructuredInputItem,
    TaskItem,
    ThreadItem,
    UserMessageItem,
    WidgetItem,
    WorkflowItem,
)
from pydantic import TypeAdapter

from tests.element_server import widgets

Fields = dict[str, Any]

# One pixel, red.
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8Dw"
    "HwAFBQIAX8jx0gAAAABJRU5ErkJggg=="
)
TAG = {"type": "input_tag", "id": "ada", "text": "Ada", "group": "People"}
URL_SOURCE = {
    "type": "url",
    "title": "The encyclopaedia",
    "url": "https://example.com/tea",
    "description": "All about tea",
    "attribution": "Example",
    "timestamp": "May 2026",
    "group": "Reading",
}
FILE_SOURCE = {
    "type": "file",
    "title": "The minutes",
    "filename": "minutes.pdf",
    "description": "Of the tea party",
    "timestamp": "June 2026",
    "group": "Reading",
}
ENTITY_SOURCE = {
    "type": "entity",
    "title": "Ada Lovelace",
    "id": "ada",
    "icon": "user",
    "label": "Person",
    "description": "Wrote programs",
    "timestamp": "1843",
    "group": "People",
    "inline_label": "A. L.",
    "interactive": True,
    "data": {"born": 1815},
}
TASKS: list[Fields] = [
    {"type": "custom", "title": "Boil water", "icon": "bolt", "content": "At **100** degrees"},
    {"type": "web_search", "title": "Search", "queries": ["green tea"], "sources": [URL_SOURCE]},
    {"type": "thought", "title": "A thought", "content": "Tea before milk."},
    {"type": "file", "title": "Files", "sources": [FILE_SOURCE]},
    {"type": "image", "title": "A picture of tea"},
    {"type": "web_search", "title_query": "oolong", "status_indicator": "complete"},
]
QUESTIONS: list[Fields] = [
    {
        "id": "size",
        "type": "multiple_choice",
        "question": "Which size?",
        "options": [{"value": "Small"}, {"value": "Large"}],
    },
    {
        "id": "extras",
        "type": "multiple_choice",
        "question": "Which extras?",
        "options": [{"value": "Milk"}, {"value": "Sugar"}],
        "multiple": True,
    },
    {
        "id": "name",
        "type": "freeform",
        "question": "For whom?",
        "description": "The name on the cup",
    },
]


def _annotation(source: Fields, index: int | None = None) -> Fields:
    return {"type": "annotation", "source": source, "index": index}


def assistant_message(base: Fields) -> AssistantMessageItem:
    text = "Tea is a **drink** made of leaves."
    places: dict[str, Fields] = {
        "Tea": URL_SOURCE,
        "**drink**": FILE_SOURCE,
        "leaves.": ENTITY_SOURCE,
    }
    content = {
        "type": "output_text",
        "text": text,
        "annotations": [
            _annotation(source, text.index(words) + len(words)) for words, source in places.items()
        ],
    }
    return AssistantMessageItem.model_validate({**base, "content": [content]})


def user_message(base: Fields) -> UserMessageItem:
    """Only as a stored item: who sends one has it come back from the server's own hand."""
    content = [
        {"type": "input_text", "text": "Ask "},
        {**TAG, "data": {"born": 1815}, "interactive": True},
        {"type": "input_text", "text": " about it"},
    ]
    file = {"type": "file", "id": "f1", "name": "notes.txt", "mime_type": "text/plain"}
    picture = {"type": "image", "id": "f2", "name": "cup.png", "mime_type": "image/png"}
    return UserMessageItem.model_validate(
        {
            **base,
            "content": content,
            "attachments": [file, {**picture, "preview_url": PIXEL}],
            "quoted_text": "made of leaves",
            "inference_options": {},
        }
    )


def client_tool_call(base: Fields) -> ClientToolCallItem:
    call = {"call_id": "call_1", "name": "read_clipboard", "arguments": {"format": "text"}}
    return ClientToolCallItem.model_validate({**base, **call})


def widget(base: Fields) -> WidgetItem:
    return WidgetItem(**base, widget=widgets.root("Text"), copy_text="What to copy")


def generated_image(base: Fields) -> GeneratedImageItem:
    return GeneratedImageItem.model_validate({**base, "image": {"id": "img_1", "url": PIXEL}})


def structured_input(base: Fields) -> StructuredInputItem:
    return StructuredInputItem.model_validate({**base, "inputs": QUESTIONS})


def task(base: Fields) -> TaskItem:
    return TaskItem.model_validate({**base, "task": TASKS[0]})


def workflow(base: Fields) -> WorkflowItem:
    flow = {"type": "custom", "tasks": TASKS, "summary": {"title": "Made tea", "icon": "check"}}
    return WorkflowItem.model_validate({**base, "workflow": flow})


def expanded(base: Fields) -> WorkflowItem:
    tasks = [{**task, "status_indicator": "complete"} for task in TASKS]
    summary = {"title": "Looked around", "icon": "compass"}
    flow = {"type": "custom", "tasks": tasks, "summary": summary, "expanded": True}
    return WorkflowItem.model_validate({**base, "workflow": flow})


def reasoning(base: Fields) -> WorkflowItem:
    flow = {"type": "reasoning", "tasks": [TASKS[2]], "summary": {"duration": 75}}
    return WorkflowItem.model_validate({**base, "workflow": flow})


def end_of_turn(base: Fields) -> EndOfTurnItem:
    return EndOfTurnItem(**base)


def hidden_context(base: Fields) -> HiddenContextItem:
    return HiddenContextItem(**base, content="The user is in Graz.")


def sdk_hidden_context(base: Fields) -> SDKHiddenContextItem:
    return SDKHiddenContextItem(**base, content="The user likes tea.")


ITEMS: dict[str, Callable[[Fields], ThreadItem]] = {
    "user_message": user_message,
    "assistant_message": assistant_message,
    "client_tool_call": client_tool_call,
    "widget": widget,
    "generated_image": generated_image,
    "structured_input": structured_input,
    "workflow": workflow,
    "expanded": expanded,
    "reasoning": reasoning,
    "task": task,
    "hidden_context_item": hidden_context,
    "sdk_hidden_context": sdk_hidden_context,
    "end_of_turn": end_of_turn,
}


@dataclass(frozen=True)
class Update:
    """An item, updates of it, and the fields that it has when done."""

    first: Callable[[Fields], ThreadItem]
    updates: list[Fields]
    last: Fields

    def item(self, base: Fields) -> Any:
        return self.first(base)

    def done(self, item: ThreadItem) -> ThreadItem:
        whole = {**item.model_dump(by_alias=True), **self.last}
        return TypeAdapter[ThreadItem](ThreadItem).validate_python(whole)


def _empty_message(base: Fields) -> AssistantMessageItem:
    return AssistantMessageItem(**base, content=[])


def _one_part(base: Fields) -> AssistantMessageItem:
    content = {"type": "output_text", "text": "Tea is made of leaves."}
    return AssistantMessageItem.model_validate({**base, "content": [content]})


def _streamed_widget(base: Fields) -> WidgetItem:
    children = [
        {"type": "Title", "value": "Tea"},
        {"type": "Text", "id": "words", "value": "Wa", "streaming": True},
        {"type": "Badge", "id": "state", "label": "Cold"},
    ]
    root = widgets.validated({"type": "Card", "children": children})
    return WidgetItem(**base, widget=root)


def _running_workflow(base: Fields) -> WorkflowItem:
    first = {"type": "custom", "title": "Boil water", "status_indicator": "loading"}
    flow = {"type": "custom", "tasks": [first]}
    return WorkflowItem.model_validate({**base, "workflow": flow})


def _no_image(base: Fields) -> GeneratedImageItem:
    return GeneratedImageItem(**base)


def _part(text: str) -> Fields:
    return {"type": "output_text", "text": text, "annotations": []}


_DONE_WORKFLOW = {
    "type": "custom",
    "tasks": [
        {"type": "custom", "title": "Boiled water", "status_indicator": "complete"},
        {"type": "custom", "title": "Pour", "status_indicator": "complete"},
    ],
}
_WARM = {"type": "Card", "children": [{"type": "Title", "value": "Hot tea"}]}

UPDATES: dict[str, Update] = {
    "assistant_message.content_part.added": Update(
        _one_part,
        [
            {
                "type": "assistant_message.content_part.added",
                "content_index": 1,
                "content": _part("A second part."),
            }
        ],
        {"content": [_part("Tea is made of leaves."), _part("A second part.")]},
    ),
    "assistant_message.content_part.text_delta": Update(
        _empty_message,
        [
            {
                "type": "assistant_message.content_part.text_delta",
                "content_index": 0,
                "delta": delta,
            }
            for delta in ("Word ", "by ", "word.")
        ],
        {"content": [_part("Word by word.")]},
    ),
    "assistant_message.content_part.annotation_added": Update(
        _one_part,
        [
            {
                "type": "assistant_message.content_part.annotation_added",
                "content_index": 0,
                "annotation_index": 0,
                "annotation": _annotation(URL_SOURCE, 3),
            }
        ],
        {
            "content": [
                {**_part("Tea is made of leaves."), "annotations": [_annotation(URL_SOURCE, 3)]}
            ]
        },
    ),
    "assistant_message.content_part.done": Update(
        _one_part,
        [
            {
                "type": "assistant_message.content_part.done",
                "content_index": 0,
                "content": _part("Tea is made of dried leaves."),
            }
        ],
        {"content": [_part("Tea is made of dried leaves.")]},
    ),
    "widget.streaming_text.value_delta": Update(
        _streamed_widget,
        [
            {
                "type": "widget.streaming_text.value_delta",
                "component_id": "words",
                "delta": "ter is boiling",
                "done": True,
            }
        ],
        {},
    ),
    "widget.component.updated": Update(
        _streamed_widget,
        [
            {
                "type": "widget.component.updated",
                "component_id": "state",
                "component": {"type": "Badge", "id": "state", "label": "Hot"},
            }
        ],
        {},
    ),
    "widget.root.updated": Update(
        _streamed_widget, [{"type": "widget.root.updated", "widget": _WARM}], {"widget": _WARM}
    ),
    "workflow.task.added": Update(
        _running_workflow,
        [
            {
                "type": "workflow.task.added",
                "task_index": 1,
                "task": {"type": "custom", "title": "Pour", "status_indicator": "loading"},
            }
        ],
        {"workflow": _DONE_WORKFLOW},
    ),
    "workflow.task.updated": Update(
        _running_workflow,
        [
            {
                "type": "workflow.task.updated",
                "task_index": 0,
                "task": {"type": "custom", "title": "Boiled water", "status_indicator": "complete"},
            }
        ],
        {"workflow": _DONE_WORKFLOW},
    ),
    "generated_image.updated": Update(
        _no_image,
        [
            {
                "type": "generated_image.updated",
                "image": {"id": "img_1", "url": PIXEL},
                "progress": 0.4,
            }
        ],
        {"image": {"id": "img_1", "url": PIXEL}},
    ),
}

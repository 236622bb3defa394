"""A widget for each component there is, as an honest server sends it."""

from __future__ import annotations

import warnings
from typing import Any

from pydantic import TypeAdapter

with warnings.catch_warnings():
    # The package deprecates its own classes for templates.
    warnings.simplefilter("ignore", DeprecationWarning)
    from chatkit.widgets import WidgetRoot

Node = dict[str, Any]


def validated(node: Node) -> WidgetRoot:
    return TypeAdapter[WidgetRoot](WidgetRoot).validate_python(node)


def root(name: str) -> WidgetRoot:
    """The sample of a component, in a card unless it is a root itself."""
    sample = SAMPLES[name]
    if name in {"Card", "ListView", "Basic"}:
        return validated(sample)
    return validated({"type": "Card", "children": [sample]})


def text(value: str, **fields: Any) -> Node:
    return {"type": "Text", "value": value, **fields}


def action(type: str, **fields: Any) -> Node:
    return {"type": type, **fields}


_FRUITS = [{"value": "apple", "label": "Apple"}, {"value": "pear", "label": "Pear"}]

SAMPLES: dict[str, Node] = {
    "Basic": {"type": "Basic", "direction": "row", "gap": 2, "children": [text("In a basic root")]},
    "Card": {
        "type": "Card",
        "asForm": True,
        "size": "sm",
        "status": {"text": "Draft", "icon": "write"},
        "children": [{"type": "Input", "name": "event.title", "defaultValue": "Tea"}],
        "confirm": {"label": "Save", "action": action("save", payload={"id": 7})},
        "cancel": {"label": "Discard", "action": action("discard")},
    },
    "ListView": {
        "type": "ListView",
        "limit": 2,
        "status": {"text": "Four rows", "icon": "search"},
        "children": [
            {"type": "ListViewItem", "children": [text(f"Row {number}")]} for number in range(1, 5)
        ],
    },
    "ListViewItem": {
        "type": "ListViewItem",
        "onClickAction": action("open", payload={"id": 1}),
        "children": [text("Open me")],
    },
    "Box": {
        "type": "Box",
        "padding": 4,
        "background": "surface-secondary",
        "radius": "lg",
        "children": [text("In a box")],
    },
    "Row": {"type": "Row", "gap": 3, "children": [text("Left"), text("Right")]},
    "Col": {"type": "Col", "gap": 3, "children": [text("Above"), text("Below")]},
    "Form": {
        "type": "Form",
        "onSubmitAction": action("submit_form", payload={"kind": "tea"}),
        "children": [
            {"type": "Label", "value": "Name", "fieldName": "name"},
            {"type": "Input", "name": "name", "required": True},
            {"type": "Checkbox", "name": "milk", "label": "With milk"},
            {"type": "Button", "submit": True, "label": "Order"},
        ],
    },
    "Spacer": {
        "type": "Row",
        "children": [text("Start"), {"type": "Spacer", "minSize": 40}, text("End")],
    },
    "Divider": {
        "type": "Col",
        "children": [
            text("Over"),
            {"type": "Divider", "spacing": 2},
            text("Under"),
            {"type": "Row", "children": [text("Left"), {"type": "Divider"}, text("Right")]},
        ],
    },
    "Transition": {"type": "Transition", "children": text("Here at once", key="a")},
    "Title": {"type": "Title", "value": "A title", "size": "lg"},
    "Caption": {"type": "Caption", "value": "A caption", "size": "sm", "color": "secondary"},
    "Text": text("A plain text", weight="bold", size="lg", color="danger"),
    "Markdown": {
        "type": "Markdown",
        "value": "Some **bold** words and [a link](https://example.com)",
    },
    "Badge": {"type": "Badge", "label": "New", "color": "success", "variant": "soft"},
    "Icon": {"type": "Icon", "name": "star", "size": "xl", "color": "warning"},
    "Image": {"type": "Image", "src": "https://images.example.com/tea.png", "alt": "A cup of tea"},
    "Button": {
        "type": "Button",
        "label": "Brew",
        "iconStart": "bolt",
        "style": "primary",
        "onClickAction": action("brew", payload={"cups": 2}),
    },
    "Table": {
        "type": "Table",
        "children": [
            {
                "type": "Table.Row",
                "header": True,
                "children": [
                    {"type": "Table.Cell", "children": [text("Tea")]},
                    {"type": "Table.Cell", "align": "end", "children": [text("Price")]},
                ],
            },
            {
                "type": "Table.Row",
                "children": [
                    {"type": "Table.Cell", "children": [text("Green")]},
                    {"type": "Table.Cell", "align": "end", "children": [text("3.20")]},
                ],
            },
        ],
    },
    "Input": {"type": "Input", "name": "email", "inputType": "email", "placeholder": "Your email"},
    "Textarea": {"type": "Textarea", "name": "note", "placeholder": "Your note", "rows": 4},
    "Select": {
        "type": "Select",
        "name": "fruit",
        "options": _FRUITS,
        "placeholder": "Choose a fruit",
        "onChangeAction": action("choose"),
    },
    "DatePicker": {
        "type": "DatePicker",
        "name": "day",
        "placeholder": "Choose a day",
        "defaultValue": "2026-03-04T00:00:00Z",
        "min": "2026-03-01T00:00:00Z",
        "onChangeAction": action("schedule"),
    },
    "Checkbox": {
        "type": "Checkbox",
        "name": "agree",
        "label": "I agree",
        "onChangeAction": action("agree"),
    },
    "RadioGroup": {
        "type": "RadioGroup",
        "name": "size",
        "ariaLabel": "Cup size",
        "options": [{"value": "s", "label": "Small"}, {"value": "l", "label": "Large"}],
        "defaultValue": "s",
        "onChangeAction": action("resize"),
    },
    "Label": {
        "type": "Col",
        "children": [
            {"type": "Label", "value": "Town", "fieldName": "town"},
            {"type": "Input", "name": "town"},
        ],
    },
    "Chart": {
        "type": "Chart",
        "data": [{"month": "May", "cups": 31}, {"month": "June", "cups": 12}],
        "series": [{"type": "bar", "dataKey": "cups", "label": "Cups"}],
        "xAxis": {"dataKey": "month"},
        "showLegend": True,
    },
}
# A row and a cell make no sense without their table.
SAMPLES["Table.Row"] = SAMPLES["Table"]
SAMPLES["Table.Cell"] = SAMPLES["Table"]

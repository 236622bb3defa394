"""JSON schemas for models, and arguments as models really send them."""

import functools
import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mcp_tools.inputs import Arguments
from mcp_tools.results import ToolError, many
from tasks import text

A = TypeVar("A", bound=Arguments)
JSON = dict[str, Any]

# --- Out: flat schemas -----------------------------------------------------------------------


def json_schema(model: type[BaseModel]) -> JSON:
    """The model's schema without references, made-up titles and null defaults."""
    schema = model.model_json_schema(mode="serialization")
    definitions = schema.pop("$defs", {})
    flat: JSON = _flattened(schema, definitions)
    flat.pop("description", None)  # the docstring is for readers of the code
    return flat


def _flattened(node: Any, definitions: JSON) -> Any:
    if isinstance(node, list):
        return [_flattened(part, definitions) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target = definitions[node["$ref"].removeprefix("#/$defs/")]
        return _flattened({**target, **{k: v for k, v in node.items() if k != "$ref"}}, definitions)
    made_up = {"title"} if isinstance(node.get("title"), str) else set()
    if node.get("default", ...) is None:
        made_up.add("default")
    return {k: _flattened(v, definitions) for k, v in node.items() if k not in made_up}


# --- In: what models send --------------------------------------------------------------------

_ALIASES = {
    "task": "tasks",
    "id": "tasks",
    "ids": "tasks",
    "task_id": "tasks",
    "task_ids": "tasks",
    "due_at": "due",
    "due_date": "due",
    "tags": "labels",
    "q": "query",
    "search": "query",
}
_PRIORITIES = {
    "high": "urgent critical important highest p1 1st",
    "medium": "normal moderate mid p2",
    "low": "minor lowest p3",
    "none": "no default p4",
}
_STATUSES = {
    "completed": "complete done finished closed",
    "open": "todo pending active incomplete uncompleted",
    "all": "any",
    "trash": "deleted trashed",
}
_SYNONYMS = {
    field: {word: value for value, words in table.items() for word in words.split()}
    for field, table in {"priority": _PRIORITIES, "status": _STATUSES}.items()
} | {"due": {"this week": "week"}, "all": {"done": "completed", "all": "everything"}}

_IDS = re.compile(r"\s*[#tT]?\d+(?:\s*,\s*[#tT]?\d+)+\s*")


def read_arguments(tool: str, model: type[A], arguments: Any) -> A:
    """The arguments as `model`, or a ToolError that names each wrong field."""
    if not isinstance(arguments, dict):
        raise ToolError("invalid", f"The arguments of {tool} must be a JSON object.")
    meant = _as_meant(arguments, model)
    for field, value in meant.items():
        if not _can_be_stored(value):
            raise ToolError("invalid", f"{field} must not contain control characters.")
    try:
        return model.model_validate(meant)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=True)
        message = " ".join(_fault(fault, tool, model) for fault in faults[:5])
        raise ToolError("invalid", message) from None


def _as_meant(arguments: JSON, model: type[Arguments]) -> JSON:
    """Aliases, single values for lists, synonyms; null means that the field was not meant."""
    meant: JSON = {}
    for name, value in arguments.items():
        known = name in model.model_fields or _ALIASES.get(name) not in model.model_fields
        field = name if known else _ALIASES[name]
        if value is not None and (field == name or field not in meant):
            meant[field] = _value(field, value, model)
    if "all" in model.model_fields:  # strict models send the other half of "tasks or all" too
        if meant.get("all") in (False, ""):
            del meant["all"]
        if meant.get("tasks") == [] and "all" in meant:
            del meant["tasks"]
    return meant


def _can_be_stored(value: Any) -> bool:
    """Whether every text in the value may reach the database and our own error texts."""
    if isinstance(value, list):
        return all(_can_be_stored(part) for part in value)
    return not isinstance(value, str) or text.can_be_stored(value)


def _value(field: str, value: Any, model: type[Arguments]) -> Any:
    if field in model.model_fields and field in ("tasks", "labels"):
        return _list(value)
    allowed = _choices(model).get(field)
    if allowed and isinstance(value, str):
        word = value.strip().casefold()
        return word if word in allowed else _SYNONYMS.get(field, {}).get(word, word)
    return value


def _list(value: Any) -> Any:
    if isinstance(value, str):
        value = _json_list(value) or (value.split(",") if _IDS.fullmatch(value) else [value])
    if isinstance(value, int) and not isinstance(value, bool):
        value = [value]
    if not isinstance(value, list):
        return value
    numbers_too = [str(v) if type(v) is int else v for v in value]
    return [v.strip() if isinstance(v, str) else v for v in numbers_too]


def _json_list(value: str) -> list[Any] | None:
    if value.lstrip().startswith("["):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, list) else None
    return None


@functools.cache
def _choices(model: type[Arguments]) -> dict[str, list[str]]:
    """The fields that take one of a few words, with these words."""
    choices = {}
    for field, schema in model.model_json_schema()["properties"].items():
        for part in schema.get("anyOf", [schema]):
            if "enum" in part:
                choices[field] = list(part["enum"])
    return choices


# --- Faults in words -------------------------------------------------------------------------


def _fault(fault: ErrorDetails, tool: str, model: type[Arguments]) -> str:
    name = ".".join(str(part) for part in fault["loc"])
    field = str(fault["loc"][0]) if fault["loc"] else tool
    limits = fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            return (
                f"{tool} has no argument {_short(name)}. It takes {', '.join(model.model_fields)}."
            )
        case "missing":
            return f"{tool} needs {name}."
        case "literal_error":
            allowed = ", ".join(_choices(model)[field])
            return f"{field} must be one of {allowed}, not {_short(fault['input'])}."
        case "string_too_long" | "string_too_short" | "too_long" | "too_short":
            bound = limits["max_length" if "max_length" in limits else "min_length"]
            side = "most" if fault["type"].endswith("long") else "least"
            unit = "character" if fault["type"].startswith("string") else "item"
            return f"{name} must have at {side} {many(bound, unit)}."
        case "greater_than_equal" | "less_than_equal":
            return f"{name} must be {'at least' if 'ge' in limits else 'at most'} {_bound(limits)}."
        case _:
            return f"{name}: {fault['msg']}, not {_short(fault['input'])}."


def _bound(limits: JSON) -> Any:
    return limits.get("ge", limits.get("le"))


def _short(value: Any) -> str:
    return text.shortened(json.dumps(value, ensure_ascii=False, default=str), 60)

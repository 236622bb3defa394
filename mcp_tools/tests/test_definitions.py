from dataclasses import replace
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from agents.strict_schema import ensure_strict_json_schema

from mcp_tools.server import list_tool_definitions
from mcp_tools.tools import TOOLS, call_tool

DEFINITIONS = {tool.name: tool for tool in list_tool_definitions()}
OUTSIDE = {tool.name: tool for tool in list_tool_definitions("mcp")}
BOTH = [*DEFINITIONS.values(), *OUTSIDE.values()]
HINTS = {
    "add_task": (False, False, False),
    "list_tasks": (True, False, True),
    "complete_task": (False, False, True),
    "update_task": (False, True, False),
    "delete_task": (False, True, True),
}


def nodes(schema):
    """Every schema inside a schema."""
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from nodes(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from nodes(part)


def test_definitions_say_what_the_registry_says():
    assert list(DEFINITIONS) == list(TOOLS) == list(HINTS)
    for name, tool in TOOLS.items():
        definition = DEFINITIONS[name]
        assert (definition.title, definition.description) == (tool.title, tool.description)
        hints = definition.annotations
        assert hints is not None
        assert (
            hints.read_only_hint,
            hints.destructive_hint,
            hints.idempotent_hint,
        ) == HINTS[name]
        assert (tool.read_only, tool.destructive, tool.idempotent) == HINTS[name]
        assert hints.open_world_hint is False
        assert tool.scope == ("tasks:read" if tool.read_only else "tasks:write")


@pytest.mark.parametrize("name", TOOLS)
def test_a_description_is_short_and_has_one_example(name):
    description = TOOLS[name].description
    assert len(description.split()) <= 60
    assert description.count("Example: ") == 1
    assert "Use this" in description


@pytest.mark.parametrize("definition", BOTH, ids=lambda definition: definition.name)
def test_schemas_are_flat_bounded_and_without_unions_but_null(definition):
    schema = definition.input_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    for node in nodes(schema):
        assert not node.keys() & {"$ref", "$defs", "oneOf", "allOf"}
        kinds = [part["type"] for part in node.get("anyOf", [])]
        assert kinds == [] or (len(kinds) == 2 and kinds[1] == "null")
        if node.get("type") == "string":
            assert "maxLength" in node or "enum" in node
        if node.get("type") == "array":
            assert "maxItems" in node
        if node.get("type") == "integer":
            assert node.keys() >= {"minimum", "maximum"}
    assert not any(node.get("type") == "object" for node in nodes(schema["properties"]))


@pytest.mark.parametrize("definition", BOTH, ids=lambda definition: definition.name)
def test_every_field_is_described_and_only_the_promised_are_required(definition):
    name, schema = definition.name, definition.input_schema
    assert all(field.get("description") for field in schema["properties"].values())
    required = {"add_task": ["title"], "complete_task": ["tasks"], "update_task": ["tasks"]}
    assert schema.get("required", []) == required.get(name, [])


def test_the_fields_are_those_of_the_interface():
    assert {name: list(d.input_schema["properties"]) for name, d in DEFINITIONS.items()} == {
        "add_task": ["title", "description", "due", "priority", "labels"],
        "list_tasks": ["status", "query", "due", "priority", "label", "limit", "cursor"],
        "complete_task": ["tasks"],
        "update_task": ["tasks", "title", "description", "due", "priority", "labels", "status"],
        "delete_task": ["tasks", "all"],
    }


def test_outside_clients_see_the_same_tools_but_for_the_token():
    assert list(OUTSIDE) == list(DEFINITIONS)
    for name in TOOLS:
        if name != "delete_task":
            assert OUTSIDE[name] == DEFINITIONS[name]
    fields = OUTSIDE["delete_task"].input_schema["properties"]
    assert list(fields) == ["tasks", "all", "confirm_token"]


@pytest.mark.parametrize("name", TOOLS)
def test_the_agents_strict_variant_can_be_made(name):
    strict = ensure_strict_json_schema(DEFINITIONS[name].model_copy(deep=True).input_schema)
    assert set(strict["required"]) == set(strict["properties"])


@pytest.mark.parametrize("channel", ["assistant", "mcp"])
def test_results_are_as_their_published_schema_says(acting, add, channel):
    context = replace(acting, channel=channel)
    published = {tool.name: tool.output_schema for tool in list_tool_definitions(channel)}
    add("buy groceries", labels=["home"], priority="high", description="milk")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("add_task", {"title": "x", "due": "tomorrow"}),
        ("list_tasks", {"limit": 1}),
        ("update_task", {"tasks": ["t1"], "due": "friday"}),
        ("complete_task", {"tasks": ["t1"]}),
        ("delete_task", {"tasks": ["t1"]}),
        ("delete_task", {"all": "everything"}),
    ]
    for name, arguments in calls:
        result = call_tool(context, name, arguments)
        assert not result.is_error, result.text
        jsonschema.validate(result.structured, published[name])
        for node in nodes(result.structured):
            assert all(value not in (None, "") for value in node.values())

"""Whatever there is, the documents name; and what they name, there is."""

import re
from collections.abc import Iterator

import pytest
from django.core.management import get_commands
from django.urls import URLPattern, URLResolver, get_resolver
from prometheus_client import REGISTRY

from chat.management.options import PASSWORD_VARIABLE
from mcp_tools.http import PATHS
from taskchat_site.api import api
from taskchat_site.environment import Environment
from taskchat_site.sockets import routes as sockets
from tests.services import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text() for page in PAGES)
CODE = " ".join(re.findall(r"`([^`\n]+)`", TEXT))
OUR_APPS = ("chat", "tasks", "mcp_tools", "taskchat_site.accounts")
# Set by the tests' own servers, and of no use to anybody else.
NOT_FOR_PEOPLE = {"TESTING"}


def commands() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app in OUR_APPS)


def variables() -> set[str]:
    fields = {name.upper() for name in Environment.model_fields}
    return (fields | {PASSWORD_VARIABLE}) - NOT_FOR_PEOPLE


def front_end_variables() -> set[str]:
    sources = [*(ROOT / "frontend/src").rglob("*.ts*"), *(ROOT / "frontend").glob("*.ts")]
    return set(re.findall(r"\bNEXT_PUBLIC_\w+", "".join(path.read_text() for path in sources)))


def addresses() -> set[str]:
    """Every address that is served, `{name}` for what varies; the admin's as one."""
    found = {"/" + route for route in _routes(get_resolver()) if route}
    found |= set(api.get_openapi_schema(path_prefix="/api/")["paths"])
    return found | set(PATHS) | set(sockets)


def _routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(entry.pattern))
        if route.startswith("admin/"):
            yield "admin/"
        elif isinstance(entry, URLPattern):
            # ninja's nameless roots answer 404.
            if not route.endswith("/"):
                yield route
        else:
            yield from _routes(entry, route)


def metrics() -> set[str]:
    families = [family for family in REGISTRY.collect() if family.name.startswith("taskchat_")]
    return {
        f"{family.name}_total" if family.type == "counter" else family.name for family in families
    }


def test_there_is_something_to_document() -> None:
    assert {"chat", "usage", "createdemo", "mcp"} <= set(commands())
    assert {"OPENAI_MODEL", "METRICS_TOKEN", "TASKCHAT_PASSWORD"} <= variables()
    assert "NEXT_PUBLIC_API_URL" in front_end_variables()
    assert {"/api/{user_id}/chat", "/metrics", "/mcp", "/ws/live", "/admin/"} <= addresses()
    assert "taskchat_runs_total" in metrics()


@pytest.mark.parametrize("command", commands())
def test_each_command_is_documented(command: str) -> None:
    assert re.search(rf"manage\.py {command}\b", TEXT)


@pytest.mark.parametrize("variable", sorted(variables()))
def test_each_variable_is_documented(variable: str) -> None:
    assert re.search(rf"\b{variable}\b", CODE)


def test_each_variable_of_the_front_end_is_documented() -> None:
    example = (ROOT / "frontend/.env.local.example").read_text()
    assert front_end_variables() == set(re.findall(r"^(NEXT_PUBLIC_\w+)=", example, re.MULTILINE))


@pytest.mark.parametrize("address", sorted(addresses()))
def test_each_address_is_documented(address: str) -> None:
    assert (
        address in (ROOT / "docs/http.md").read_text().replace("`", " ").replace(",", " ").split()
    )


def test_each_documented_address_of_the_api_is_there() -> None:
    named = set(re.findall(r"`(/api/[^`]+)`", (ROOT / "docs/http.md").read_text()))
    assert named - addresses() == {"/api/auth/"}


def test_each_documented_metric_is_there_and_the_other_way_round() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    assert set(re.findall(r"^\| `(taskchat_\w+)`", text, re.MULTILINE)) == metrics()


def test_each_documented_variable_is_there() -> None:
    table = re.findall(r"^\| (`[A-Z_`, ]+`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    named = {name for cell in table for name in re.findall(r"`([A-Z_]+)`", cell)}
    assert named <= variables()
    assert len(named) > 20

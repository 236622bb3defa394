"""The configurations that README.md gives to MCP clients, used as they stand there."""

import asyncio
import json
import re
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from tests.services import ROOT


@pytest.fixture(scope="module")
def written() -> dict[str, dict[str, Any]]:
    """The entries of the README by how they connect: "stdio" and "http"."""
    text = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    configurations = [json.loads(block)["mcpServers"] for block in blocks if "mcpServers" in block]
    entries = [entry for configuration in configurations for entry in configuration.values()]
    return {entry.get("type", "stdio"): entry for entry in entries}


def test_the_command(written, server, account):
    entry = json.dumps(written["stdio"]).replace("/path/to/taskchat", str(ROOT))
    entry = json.loads(entry.replace("demo@example.com", account.email))
    parameters = StdioServerParameters(**entry, env=dict(server.environment), cwd="/")

    async def play() -> Any:
        async with Client(parameters) as client:
            return await client.call_tool("add_task", {"title": "as written"})

    assert asyncio.run(play()).structured_content["tasks"][0]["title"] == "as written"


def test_the_address(written, server, account):
    entry = json.dumps(written["http"]).replace("http://localhost:8000", server.url)
    entry = json.loads(entry.replace("TOKEN", account.token))

    async def play() -> Any:
        async with (
            httpx2.AsyncClient(headers=entry["headers"]) as http,
            Client(streamable_http_client(entry["url"], http_client=http)) as client,
        ):
            return await client.call_tool("add_task", {"title": "as written"})

    assert asyncio.run(play()).structured_content["tasks"][0]["title"] == "as written"

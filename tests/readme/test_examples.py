"""What README.md tells people to type works, as it stands there."""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import get_commands

from tests.services import ROOT, TaskChatServer

README = (ROOT / "README.md").read_text()
SECTION = README.partition("## Use it from a script\n")[2].partition("\n## ")[0]
EXAMPLES = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
MARK = "--- next example ---"


@pytest.fixture(scope="module")
def outputs(server: TaskChatServer, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What each example prints, run one after the other in one shell."""
    server.manage("createdemo")
    script = f"\necho '{MARK}'\n".join(EXAMPLES)
    script = script.replace("localhost:8000", urlsplit(server.url).netloc)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path_factory.mktemp("readme"),
        env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(f"{MARK}\n")


def _data(stream: str) -> list[dict[str, object]]:
    lines = [line for line in stream.splitlines() if line.startswith("data: ")]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_the_section_has_the_examples_that_are_tested_here() -> None:
    assert len(EXAMPLES) == 4
    assert SECTION.count("curl") == SECTION.count("curl ") == 6


def test_a_token_lists_the_tasks(outputs: list[str]) -> None:
    tasks = json.loads(outputs[0])["items"]
    assert "Water the plants" in [task["title"] for task in tasks]


def test_the_plain_protocol_answers(outputs: list[str]) -> None:
    frames = _data(outputs[1])
    kinds = [frame["type"] for frame in frames]
    assert kinds[:2] == ["mcp_tool", "mcp_tool"]
    assert set(kinds[2:-1]) == {"chunk"}
    assert kinds[-1] == "done"
    assert "buy groceries" in str(frames[-1]["content"])
    assert outputs[1].endswith(": end completed\n\n")


def test_chatkits_protocol_answers(outputs: list[str]) -> None:
    kinds = [frame["type"] for frame in _data(outputs[2])]
    assert kinds[0] == "thread.created"
    assert "thread.item.done" in kinds
    assert outputs[2].endswith(": end completed\n\n")


def test_a_run_is_read_again_from_a_frame_on(outputs: list[str]) -> None:
    assert outputs[3].startswith("id: 3\n")
    assert outputs[3].endswith(": end completed\n\n")
    assert "is complete" in outputs[3]


def test_every_command_that_is_named_exists() -> None:
    named = set(re.findall(r"manage\.py (\w+)", README))
    assert {"chat", "ttft", "createdemo"} <= named
    assert named <= set(get_commands())


def test_every_file_that_is_linked_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert [link for link in links if not Path(ROOT / link).exists()] == []

"""What the specification asks for by name and version is there under it."""

from __future__ import annotations

import json
import re
from importlib.metadata import version

import pytest
from packaging.version import Version

from tests.services import ROOT

SITE = ROOT / "frontend"


def test_t001_the_site_uses_chatkit_react() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", _dependencies("frontend")["@openai/chatkit-react"])
    provider = (SITE / "src/components/ChatProvider.tsx").read_text()
    assert re.search(r'import \{[^}]*\buseChatKit\b[^}]*\} from "@openai/chatkit-react"', provider)


def test_t006_better_auth_is_1_4_10_everywhere() -> None:
    for folder in ("frontend", "tests/better_auth", "tests/outside_identity"):
        assert _dependencies(folder)["better-auth"] == "1.4.10"
        installed = ROOT / folder / "node_modules/better-auth/package.json"
        if installed.exists():
            assert json.loads(installed.read_text())["version"] == "1.4.10"


def test_t007_the_types_of_the_chat_are_exported() -> None:
    types = (SITE / "src/types/chat.ts").read_text()
    exported = re.findall(r"^export interface (\w+)", types, re.MULTILINE)
    assert {"ChatKitConfig", "ChatProviderProps", "ChatError"} <= set(exported)


@pytest.mark.parametrize(
    ("package", "oldest"),
    [("openai", "1.59.5"), ("openai-agents", "0.7.0"), ("mcp", "1"), ("openai-chatkit", "1")],
)
def test_t023_t024_the_sdks_are_pinned_and_new_enough(package: str, oldest: str) -> None:
    requirements = (ROOT / "requirements.txt").read_text().splitlines()
    assert f"{package}=={version(package)}" in requirements
    assert Version(version(package)) >= Version(oldest)


def _dependencies(folder: str) -> dict[str, str]:
    package = json.loads((ROOT / folder / "package.json").read_text())
    return package.get("dependencies", {}) | package.get("devDependencies", {})

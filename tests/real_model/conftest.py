"""A real llama.cpp server with a real model, in the environment that `make test-model` makes."""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterator

import pytest

from tests import services

# Other runs of pytest leave this folder alone: what it needs is installed for it only.
collect_ignore = [] if "MODEL_PYTHON" in os.environ else ["test_turns.py"]


@pytest.fixture(scope="session")
def llama_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An OPENAI_BASE_URL."""
    url = f"http://127.0.0.1:{services.free_port()}"
    command = [os.environ["MODEL_PYTHON"], "-m", "tests.real_model.llama_server", url]
    log = tmp_path_factory.mktemp("llama") / "llama.log"

    def ready() -> bool:
        with urllib.request.urlopen(f"{url}/health", timeout=5) as response:
            return bool(response.status == 200)

    with services.process(command, log, ready, cwd=services.ROOT):
        yield f"{url}/v1"

"""What a process has done when it says that it is ready."""

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import asyncio, json, sys, threading
from taskchat_site.asgi import application
from taskchat_site.health import warm_up

async def ask():
    await warm_up()
    before, threads = set(sys.modules), set(threading.enumerate())
    path = "/api/nobody/chat/assistant"
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode()}
    scope |= {"headers": [(b"host", b"localhost")], "query_string": b"", "scheme": "http"}
    scope |= {"client": ("127.0.0.1", 1), "server": ("localhost", 80), "http_version": "1.1"}
    requests = [{"type": "http.request", "body": b""}]
    sent = []

    async def receive():
        return requests.pop() if requests else await asyncio.Future()

    async def send(message):
        sent.append([message, len(set(threading.enumerate()) - threads)])

    await application(scope, receive, send)
    message, new_threads = sent[0]
    print(json.dumps([message["status"], new_threads, sorted(set(sys.modules) - before)]))

asyncio.run(ask())
"""


def test_the_first_request_imports_nothing_and_is_answered_without_a_thread(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    status, new_threads, imported = json.loads(run.stdout)
    assert status == 401
    assert new_threads == 0
    assert [name for name in imported if not name.startswith("encodings.")] == []

"""`manage.py chat` as people and scripts start it: in a terminal, in a pipe, at a server."""

import json
import os
import pty
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskchat_site.accounts.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests import nursery
from tests.fakes.model_server import FakeModel, Turn, fake_model
from tests.fakes.proxy import faulty_proxy
from tests.services import ROOT, TaskChatServer


@pytest.fixture(scope="module")
def demo(server: TaskChatServer) -> TaskChatServer:
    server.manage("createdemo")
    return server


@pytest.fixture
def model() -> Iterator[FakeModel]:
    with fake_model() as fake:
        yield fake


def run(
    server: TaskChatServer, *arguments: str, given: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {**server.environment, **variables}
    return nursery.run(["manage.py", *arguments], environment, given=given, seconds=90)


def test_one_message_prints_the_call_and_the_words(demo: TaskChatServer) -> None:
    done = run(demo, "chat", "--message", "Create a task to water the cactus")
    assert done.returncode == 0, done.stderr
    assert '[add_task title="water the cactus"]\n  Added t' in done.stdout
    assert done.stdout.endswith("\n")


def test_a_server_answers_and_a_pipe_reads_the_same_tasks(
    demo: TaskChatServer,
) -> None:
    done = run(demo, "chat", "--url", demo.url, "--message", "Create a task to feed the cat")
    assert done.returncode == 0, done.stderr
    assert "feed the cat" in done.stdout
    listed = run(demo, "chat", "--message", "-", given="What is open?\n")
    assert "feed the cat" in listed.stdout


def test_a_failed_reply_is_exit_status_1(demo: TaskChatServer, model: FakeModel) -> None:
    model.turns = [Turn(status=401)]
    done = run(demo, "chat", "--message", "hi", OPENAI_BASE_URL=model.url)
    assert done.returncode == 1
    assert "refused our key" in done.stderr


def test_one_message_as_json(demo: TaskChatServer) -> None:
    done = run(demo, "chat", "--json", "--message", "Create a task to oil the door")
    told = json.loads(done.stdout)
    assert told["error"] is None
    assert "oil the door" in told["content"]
    (call,) = told["tool_calls"]
    assert (call["name"], call["status"]) == ("add_task", "completed")
    again = run(demo, "chat", "--json", "--thread", told["thread_id"], "--message", "delete it")
    assert "oil the door" in json.loads(again.stdout)["content"]


def test_a_lost_connection_loses_nothing_and_does_nothing_twice(demo: TaskChatServer) -> None:
    with faulty_proxy(demo.url) as proxy:
        proxy.cuts += [0, 400, 700]
        say = "Create a task to mend the hammock"
        done = run(demo, "chat", "--json", "--url", proxy.url, "--message", say)
        assert done.returncode == 0, done.stderr
        assert proxy.streams == 4
    told = json.loads(done.stdout)
    assert told["content"] == 'Added "mend the hammock".'
    assert len(told["tool_calls"]) == 1
    assert done.stderr.count("[The connection is lost. Reading on ...]") == 3
    listed = run(demo, "chat", "--message", "Show my tasks")
    assert listed.stdout.count("mend the hammock") == 1


def test_a_token_is_as_good_as_a_password(demo: TaskChatServer) -> None:
    body = json.dumps({"email": DEMO_EMAIL, "password": DEMO_PASSWORD}).encode()
    request = urllib.request.Request(f"{demo.url}/api/token", body)
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=30) as response:
        token = json.load(response)["access"]
    say = ["chat", "--url", demo.url, "--message", "hello"]
    done = run(demo, *say, "--user", "nobody@example.com", TASKCHAT_TOKEN=token)
    assert done.returncode == 0, done.stderr
    refused = run(demo, *say, "--token", token[:-6] + "AAAAAA")
    assert refused.returncode == 2
    assert "(401)" in refused.stderr


# Ctrl-C reaches whoever has the terminal for its own. Whoever started the tests in the background
# ignores it, and so would all that they start.
TAKE_TERMINAL = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""


class Terminal:
    """`manage.py chat` with a person at a terminal."""

    def __init__(self, server: TaskChatServer, *arguments: str, **variables: str) -> None:
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", TAKE_TERMINAL, sys.executable, "manage.py", "chat", *arguments],
            cwd=ROOT,
            env={**server.environment, "TERM": "dumb", **variables},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.unread = ""

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Read on until `text` has come; what came with it stays for the next wait."""
        deadline = time.monotonic() + seconds
        os.set_blocking(self.master, False)
        while text not in self.unread:
            assert time.monotonic() < deadline, f"{text!r} did not come: {self.unread!r}"
            try:
                self.unread += os.read(self.master, 4096).decode(errors="replace")
            except BlockingIOError:
                time.sleep(0.02)
            except OSError:  # the process has ended
                break
        before, found, self.unread = self.unread.partition(text)
        assert found, f"{text!r} did not come: {before!r}"

    def end(self) -> int:
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            os.close(self.master)


def test_a_conversation_remembers_and_ends(demo: TaskChatServer) -> None:
    terminal = Terminal(demo)
    terminal.wait_for("without a language model")
    terminal.wait_for("you> ")
    terminal.type("Create a task to call the plumber\n")
    terminal.wait_for("you> ")
    terminal.type("Mark it as complete\n")
    terminal.wait_for("Completed")
    terminal.wait_for("you> ")
    terminal.type("/quit\n")
    terminal.wait_for("--thread thr_")
    assert terminal.end() == 0


def test_ctrl_c_stops_the_reply_and_not_the_conversation(
    demo: TaskChatServer, model: FakeModel, tmp_path: Path
) -> None:
    model.turns = [Turn(words=("word ",) * 1000, pause=0.02), Turn(words=("Here.",))]
    terminal = Terminal(demo, OPENAI_BASE_URL=model.url)
    terminal.wait_for("you> ")
    terminal.type("talk\n")
    terminal.wait_for("word word")
    terminal.type("\x03")
    terminal.wait_for("Stopped.")
    assert model.gone.wait(5)
    terminal.wait_for("you> ")
    terminal.type("are you there?\n")
    terminal.wait_for("Here.")
    terminal.wait_for("you> ")
    terminal.type("\x04")
    assert terminal.end() == 0

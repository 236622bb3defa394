"""Users of a real Better Auth server: its JWT opens tasks, chat and the live socket of ours."""

import http.cookiejar
import json
import subprocess
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jwt
import pytest
from websockets.sync.client import connect

from tests import services
from tests.components import node_with

HERE = Path(__file__).resolve().parent
SECONDS = 60
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def node() -> str:
    """Node with Better Auth's packages installed."""
    return node_with("better-auth", HERE)


class BetterAuth:
    """The issuer; `stop` and `start` again on the same port make it forget its keys."""

    def __init__(self, node: str, algorithm: str) -> None:
        self.command = [node, "issuer.mjs", algorithm]
        self.url = ""
        self.process: subprocess.Popen[str] | None = None
        self.start()

    def start(self) -> None:
        port = self.url.rpartition(":")[2] or "0"
        command = [*self.command, port]
        self.process = subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the Better Auth server did not start"

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.communicate(timeout=SECONDS)
            self.process = None

    def sign_up(self, email: str) -> str:
        """A new user's JWT, fetched as a page of the issuer's would."""
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        open_url = urllib.request.build_opener(cookies).open
        headers = {"Origin": self.url, "Content-Type": "application/json"}
        body = json.dumps({"email": email, "password": PASSWORD, "name": "Nora New"}).encode()
        for request in (
            urllib.request.Request(f"{self.url}/api/auth/sign-up/email", body, headers),
            urllib.request.Request(f"{self.url}/api/auth/token", headers=headers),
        ):
            with open_url(request, timeout=SECONDS) as response:
                answer = json.loads(response.read())
        token: str = answer["token"]
        return token


@contextmanager
def running(node: str, algorithm: str) -> Iterator[BetterAuth]:
    issuer = BetterAuth(node, algorithm)
    try:
        yield issuer
    finally:
        issuer.stop()


def accepting(issuer: BetterAuth, **variables: str) -> dict[str, str]:
    return {
        "AUTH_JWKS_URL": f"{issuer.url}/api/auth/jwks",
        "AUTH_ISSUER": issuer.url,
        "AUTH_AUDIENCE": issuer.url,
        **variables,
    }


@pytest.fixture(scope="module", params=["EdDSA", "ES256", "RS256"])
def issuer(request: pytest.FixtureRequest, node: str) -> Iterator[BetterAuth]:
    with running(node, request.param) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def ours(issuer: BetterAuth, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with services.taskchat(tmp_path_factory.mktemp("server"), **accepting(issuer)) as server:
        yield server


@pytest.fixture
def token(issuer: BetterAuth) -> str:
    return issuer.sign_up(new_email())


def new_email() -> str:
    return f"{uuid.uuid4().hex}@example.com"


def user_id(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def call(ours: Any, token: str, path: str, body: Any = None) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{ours.url}/api/{user_id(token)}/{path}",
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def titles(answer: tuple[int, str]) -> list[str]:
    status, text = answer
    assert status == 200, text
    return [task["title"] for task in json.loads(text)["items"]]


def test_its_jwt_opens_the_tasks(ours, token):
    assert titles(call(ours, token, "tasks")) == []
    assert call(ours, token, "tasks", {"title": "buy milk"})[0] == 201
    assert titles(call(ours, token, "tasks")) == ["buy milk"]


def test_its_users_do_not_see_each_other(ours, issuer, token):
    call(ours, token, "tasks", {"title": "buy milk"})

    assert titles(call(ours, issuer.sign_up(new_email()), "tasks")) == []


def test_its_jwt_opens_the_chat(ours, token):
    message = {
        "content": [{"type": "input_text", "text": "add buy groceries"}],
        "attachments": [],
        "inference_options": {},
    }
    status, stream = call(
        ours, token, "chat", {"type": "threads.create", "params": {"input": message}}
    )

    assert status == 200
    assert stream.rstrip().endswith(": end completed")
    assert titles(call(ours, token, "tasks")) == ["buy groceries"]


def test_its_jwt_opens_the_live_socket(ours, token):
    url = ours.url.replace("http", "ws", 1) + "/ws/live"
    with connect(url, open_timeout=SECONDS) as socket:
        socket.send(json.dumps({"type": "auth", "token": token}))
        assert json.loads(socket.recv(SECONDS)) == {"type": "ready"}
        call(ours, token, "tasks", {"title": "buy milk"})
        event = json.loads(socket.recv(SECONDS))

    assert (event["type"], event["task"]["title"]) == ("task.created", "buy milk")


def test_a_changed_jwt_opens_nothing(ours, issuer, token):
    header, _, signature = token.split(".")
    _, stranger, _ = issuer.sign_up(new_email()).split(".")

    assert call(ours, f"{header}.{stranger}.{signature}", "tasks")[0] == 401


def test_an_equal_email_here_is_another_user(ours, issuer):
    email = new_email()
    body = json.dumps({"email": email, "password": PASSWORD, "name": "Nora"}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{ours.url}/api/auth/sign-up/email", body, headers)
    urllib.request.urlopen(request, timeout=SECONDS).close()
    request = urllib.request.Request(
        f"{ours.url}/api/token",
        json.dumps({"email": email, "password": PASSWORD}).encode(),
        headers,
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        own = json.loads(response.read())["access"]
    call(ours, own, "tasks", {"title": "mine"})

    assert titles(call(ours, issuer.sign_up(email), "tasks")) == []
    assert titles(call(ours, own, "tasks")) == ["mine"]


def test_it_may_go_away_and_come_back_with_new_keys(ours, issuer, token):
    call(ours, token, "tasks", {"title": "buy milk"})
    issuer.stop()
    assert titles(call(ours, token, "tasks")) == ["buy milk"]

    issuer.start()
    assert titles(call(ours, issuer.sign_up(new_email()), "tasks")) == []


def test_a_jwt_for_another_audience_opens_nothing(node, start_server: Callable[..., Any]):
    with running(node, "EdDSA") as issuer:
        ours = start_server(**accepting(issuer, AUTH_AUDIENCE="https://other.example"))
        assert call(ours, issuer.sign_up(new_email()), "tasks")[0] == 401

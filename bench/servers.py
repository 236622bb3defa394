"""Starts the model and the contestants, each on its core, and knows the people who talk to them."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jwt

from bench import machine
from bench.contestants import Contestant
from bench.load import Person
from scripts.console import say
from taskchat_site.keys import kept_private_key
from tests import databases, services

PEOPLE = 10
PASSWORD = "a-password-of-the-bench"

# What the provider is to the product and to the peer; no answer depends on it.
MODEL = {
    "OPENAI_MODEL": "bench",
    "OPENAI_API_KEY": "none",
    "OPENAI_AGENTS_DISABLE_TRACING": "1",
    "OPENAI_AGENTS_DONT_LOG_MODEL_DATA": "1",
    "OPENAI_AGENTS_DONT_LOG_TOOL_DATA": "1",
}
PRINT_INSTRUCTIONS = """\
import django
django.setup()
from chat.agent import INSTRUCTIONS
print(INSTRUCTIONS)
print("Now it is Monday, 02 March 2026, 09:30 in Europe/Berlin.")
"""


@dataclass(frozen=True)
class Cpu:
    """Seconds so far, of the server and of its database if that is a process of its own."""

    server: float
    database: float | None


@dataclass
class Server:
    """A contestant that is ready. `sessions` are the cookies of its users, if it knows any."""

    contestant: Contestant
    port: int
    pid: int
    database_pid: int | None
    sessions: list[str] = field(default_factory=list)

    def cpu_seconds(self) -> Cpu:
        database = machine.cpu_seconds(self.database_pid) if self.database_pid else None
        return Cpu(machine.cpu_seconds(self.pid), database)

    def people(self) -> list[Person]:
        """Each with a fresh token: the product's hold for a quarter of an hour."""
        if not self.sessions:
            return [Person(self.port, "/chatkit")] * PEOPLE
        return [self._person(session) for session in self.sessions]

    def _person(self, session: str) -> Person:
        with self._open("/api/auth/token", Cookie=session) as response:
            token = json.load(response)["token"]
        user = jwt.decode(token, options={"verify_signature": False})["sub"]
        return Person(self.port, f"/api/{user}/chat", {"Authorization": f"Bearer {token}"})

    def sign_up_people(self) -> None:
        """One user for each who talks at once, so that none of them waits for another."""
        for number in range(PEOPLE):
            account = {"name": "Person", "email": f"person-{number}@example.com"}
            body = json.dumps({**account, "password": PASSWORD}).encode()
            sign_up = "/api/auth/sign-up/email"
            with self._open(sign_up, body, **{"Content-Type": "application/json"}) as response:
                self.sessions.append(response.headers["Set-Cookie"].partition(";")[0])

    def _open(self, path: str, body: bytes | None = None, **headers: str) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        return urllib.request.urlopen(request, timeout=30)


@contextmanager
def started(contestants: Sequence[Contestant], folder: Path) -> Iterator[list[Server]]:
    """All of them and their model, ready and pinned: the servers to one core, the rest to another.

    Without those for which a program is missing; raises `services.DidNotStart`.
    """
    cores = machine.cores()
    if cores is not None:
        machine.pin(os.getpid(), cores[1])  # and with it whatever is started from here on
    with ExitStack() as stack:
        model = stack.enter_context(_model(folder))
        servers = []
        for contestant in contestants:
            try:
                server = stack.enter_context(_server(contestant, folder, model))
            except services.Missing as missing:
                say(f"  Without {contestant.name}: {missing}")
                continue
            if cores is not None:
                machine.pin(server.pid, cores[0])
            servers.append(server)
        yield servers


@contextmanager
def _model(folder: Path) -> Iterator[str]:
    """The model's OPENAI_BASE_URL."""
    port = services.free_port()
    command = [sys.executable, "-m", "bench.model_server", str(port)]

    def ready() -> bool:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True

    with services.process(command, folder / "model.log", ready, cwd=services.ROOT):
        yield f"http://127.0.0.1:{port}/v1"


@contextmanager
def _server(contestant: Contestant, folder: Path, model: str) -> Iterator[Server]:
    port = services.free_port()
    own = folder / re.sub(r"\W+", "-", contestant.name.lower())
    own.mkdir()
    environment = {**services.taskchat_environment(own, port), **MODEL, "OPENAI_BASE_URL": model}
    with ExitStack() as stack:
        database_pid = None
        if contestant.database is None:
            environment["INSTRUCTIONS"] = _instructions(environment)
        elif contestant.database == "sqlite":
            environment |= _production(own, port, f"sqlite:///{own / 'db.sqlite3'}")
        else:
            database = stack.enter_context(databases.postgres_server(survives=True))
            database_pid = database.service.process.pid
            environment |= _production(own, port, database.url)
        environment |= contestant.environment
        if contestant.database:
            services.migrate(environment)
        command = [part.replace("{port}", str(port)) for part in contestant.command]
        url = f"http://127.0.0.1:{port}"
        process = stack.enter_context(
            services.process(
                command,
                own / "server.log",
                lambda: services.is_ready(url),
                cwd=services.ROOT,
                environment=environment,
            )
        )
        server = Server(contestant, port, process.pid, database_pid)
        if contestant.database:
            server.sign_up_people()
        yield server


def _production(folder: Path, port: int, database_url: str) -> dict[str, str]:
    return {
        "DJANGO_DEBUG": "0",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        "JWT_PRIVATE_KEY": kept_private_key(folder / "jwt_private_key.pem"),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
    }


def _instructions(environment: Mapping[str, str]) -> str:
    """The product's prompt: the peer is told the same."""
    variables = {**environment, "DJANGO_SETTINGS_MODULE": "taskchat_site.settings"}
    command = [sys.executable, "-c", PRINT_INSTRUCTIONS]
    return subprocess.run(
        command, cwd=services.ROOT, env=variables, capture_output=True, text=True, check=True
    ).stdout

"""The application: `python -m tests.element_server.app --port 9500 --files FOLDER`.

Everything is at addresses of their own for each user, so that tests do not meet:
`/chatkit/{user}` speaks ChatKit, `/hosted/{user}` does to those with a client secret, and
`/release/{user}` lets a waiting reply go on.
"""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from chatkit.actions import Action
from chatkit.server import ChatKitServer, StreamingResult
from chatkit.store import NotFoundError
from chatkit.types import (
    AudioInput,
    FeedbackKind,
    StreamOptions,
    SyncCustomActionResponse,
    ThreadMetadata,
    ThreadStreamEvent,
    TranscriptionResult,
    UserMessageItem,
    WidgetItem,
)
from fastapi import FastAPI, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from fastapi.staticfiles import StaticFiles

from tests.element_server import actions, scripts
from tests.element_server.store import MemoryAttachments, MemoryStore, Visit, new_attachment
from tests.element_server.threads import THREADS

# The element promises to work under this: no inline script or style, no string made into code.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


# What `/hosted/{user}` wants of its clients.
GOOD_SECRET = "fresh"


class Pages(StaticFiles):
    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Content-Security-Policy"] = POLICY
        return response


class ScriptedServer(ChatKitServer[Visit]):
    def __init__(self, store: MemoryStore) -> None:
        super().__init__(store, MemoryAttachments(store))
        self._memory = store
        self.feedback: list[tuple[str, list[str], FeedbackKind]] = []

    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: Visit
    ) -> AsyncIterator[ThreadStreamEvent]:
        return scripts.respond(self._turn(thread, context), input_user_message)

    def action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Visit,
    ) -> AsyncIterator[ThreadStreamEvent]:
        return actions.act(self._turn(thread, context), action, sender)

    async def sync_action(
        self,
        thread: ThreadMetadata,
        action: Action[str, Any],
        sender: WidgetItem | None,
        context: Visit,
    ) -> SyncCustomActionResponse:
        turn = self._turn(thread, context)
        return SyncCustomActionResponse(updated_item=await actions.act_at_once(turn, sender))

    async def transcribe(self, audio_input: AudioInput, context: Visit) -> TranscriptionResult:
        return TranscriptionResult(text=f"Said in {audio_input.media_type}")

    def get_stream_options(self, thread: ThreadMetadata, context: Visit) -> StreamOptions:
        return StreamOptions(allow_cancel=True)

    def _turn(self, thread: ThreadMetadata, visit: Visit) -> scripts.Turn:
        return scripts.Turn(thread, visit, self._memory)


def create_app(files: dict[str, Path]) -> FastAPI:
    """`files`: folders by the address under which they are served, such as `/page`."""
    app = FastAPI()
    store = MemoryStore()
    server = ScriptedServer(store)

    @app.post("/chatkit/{user}")
    async def chatkit(user: str, request: Request) -> Response:
        visit = _visit(user, request)
        try:
            result = await server.process(await request.body(), visit)
        except NotFoundError as missing:
            return Response(f'{{"detail": "{missing}"}}', 404, media_type="application/json")
        if isinstance(result, StreamingResult):
            return StreamingResponse(scripts.on_the_wire(result), media_type="text/event-stream")
        return Response(result.json, media_type="application/json")

    @app.post("/hosted/{user}")
    async def hosted(user: str, request: Request) -> Response:
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if secret.rpartition(".")[2] != GOOD_SECRET:
            return Response('{"detail": "The secret has expired."}', 401)
        return await chatkit(user, request)

    @app.post("/release/{user}")
    async def release(user: str) -> None:
        store.users[user].gate.release()

    @app.post("/threads/{user}/{name}")
    async def stored_thread(user: str, name: str, request: Request) -> dict[str, str]:
        visit = _visit(user, request)
        return {"id": await THREADS[name](store, visit)}

    _add_uploads(app, store)
    for address, folder in files.items():
        app.mount(address, Pages(directory=folder, html=True))
    return app


def _visit(user: str, request: Request) -> Visit:
    return Visit(user, str(request.base_url).rstrip("/"))


def _add_uploads(app: FastAPI, store: MemoryStore) -> None:
    """The bytes of files: posted in one go, or put where `attachments.create` said; and read."""

    @app.post("/uploads/{user}")
    async def upload_directly(user: str, file: UploadFile, request: Request) -> Response:
        visit = _visit(user, request)
        kind = file.content_type or "application/octet-stream"
        attachment = new_attachment(file.filename or "file", kind, visit)
        store.users[user].uploads[attachment.id] = await file.read()
        await store.save_attachment(attachment, visit)
        return Response(attachment.model_dump_json(exclude_none=True))

    @app.put("/uploads/{user}/{attachment}")
    async def upload(user: str, attachment: str, request: Request) -> None:
        store.users[user].uploads[attachment] = await request.body()

    @app.get("/uploads/{user}/{attachment}")
    async def uploaded(user: str, attachment: str) -> Response:
        kept = store.users[user]
        return Response(kept.uploads[attachment], media_type=kept.attachments[attachment].mime_type)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--files", nargs=2, action="append", default=[])
    options = parser.parse_args()
    app = create_app({address: Path(folder) for address, folder in options.files})
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()

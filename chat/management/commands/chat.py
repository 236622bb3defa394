"""Talk to the assistant in a terminal."""

import argparse
import asyncio
import contextlib
import sys
from typing import Any

from django.core.management.base import CommandError

from chat.management.options import TalkingCommand, connect
from chat.management.screen import Screen
from chat.management.talkers import NotAnswered, Talker
from chat.providers import provider
from taskchat_site import database
from taskchat_site.accounts.models import User

HELP = """\
Talk to the assistant in a terminal: its words as they come, its tool calls as lines.

  manage.py chat                                       a conversation, as the demo user
  manage.py chat --message "What is due today?"        one message, for scripts
  echo "Create a task to call mum" | manage.py chat --message -
  manage.py chat --thread thr_... --message "Mark it as complete"
  manage.py chat --url http://127.0.0.1:8000 --user ann@example.com

It answers in this process, on the database of the settings; with --url a running server answers.
In a conversation: /new begins another one, /quit or Ctrl-D ends, Ctrl-C stops the reply.
"""
EXITS = """\
exit status:
  0    answered
  1    the reply failed, or was refused; the words are on standard error
  2    there is no such user, no such server, or the command line is wrong
  130  Ctrl-C
"""
PROMPT = "you> "


class Command(TalkingCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--message", metavar="TEXT", help="send one message and end; - reads standard input"
        )
        parser.add_argument("--thread", metavar="ID", help="continue this conversation")

    def handle(self, *args: Any, **options: Any) -> None:
        message: str | None = options["message"]
        if message == "-":
            message = sys.stdin.read()
        elif message is None and not sys.stdin.isatty():
            raise CommandError("Standard input is no terminal. Use --message -", returncode=2)
        credentials = self.credentials(options)
        # One loop for the whole conversation: the provider's connections belong to it.
        with asyncio.Runner() as loop:
            talker = loop.run(connect(options, credentials))
            try:
                if message is not None:
                    self._one_shot(loop, talker, message, options["thread"])
                else:
                    self._introduce(credentials, options)
                    self._converse(loop, talker, options["thread"])
            finally:
                loop.run(talker.close())
                database.close()

    def _one_shot(
        self, loop: asyncio.Runner, talker: Talker, message: str, thread_id: str | None
    ) -> None:
        try:
            screen = loop.run(self._say(talker, message, thread_id))
        except NotAnswered as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            self.stdout.write("")
            sys.exit(130)
        if screen.failed:
            sys.exit(1)

    def _introduce(self, credentials: "User | str", options: dict[str, Any]) -> None:
        if isinstance(credentials, User):
            self.stdout.write(provider().words)
        self.stdout.write(f"You are {options['user']}. /new begins anew, /quit ends.\n")

    def _converse(self, loop: asyncio.Runner, talker: Talker, thread_id: str | None) -> None:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # arrow keys and history for input()
        while True:
            try:
                message = input(PROMPT).strip()
            except EOFError:
                self.stdout.write("")
                break
            if message == "/quit":
                break
            if message == "/new":
                thread_id = None
                self.stdout.write("A new conversation.")
            elif message:
                thread_id = self._turn(loop, talker, message, thread_id)
        if thread_id:
            self.stdout.write(f"Continue with: manage.py chat --thread {thread_id}")

    def _turn(
        self, loop: asyncio.Runner, talker: Talker, message: str, thread_id: str | None
    ) -> str | None:
        """One message and its reply; the conversation to go on with."""
        try:
            screen = loop.run(self._say(talker, message, thread_id))
        except NotAnswered as refusal:
            self.stderr.write(str(refusal))
            return thread_id
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")
            return thread_id
        return screen.thread_id or thread_id

    async def _say(self, talker: Talker, message: str, thread_id: str | None) -> Screen:
        screen = Screen(self._write, self._complain)
        body = {"message": message, "thread_id": thread_id}
        async with talker.talk(body) as reply:
            async for frame in reply.frames:
                screen.show(frame)
        return screen

    def _write(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _complain(self, text: str) -> None:
        self.stderr.write(text, ending="")

"""Talk to the assistant in a terminal."""

import argparse
import asyncio
import contextlib
import sys
from typing import Any

from django.core.management.base import CommandError

from chat.harmless import json_line, printable
from chat.management.options import Credentials, TalkingCommand, connect
from chat.management.over_http import Tokens
from chat.management.screen import Record, Screen
from chat.management.talkers import NotAnswered, Talker
from taskchat_site import database
from taskchat_site.accounts.commands import INTERRUPTED
from taskchat_site.accounts.demo import DEMO_EMAIL

HELP = """\
Talk to the assistant in a terminal: its words as they come, its tool calls as lines.

  manage.py chat                                       a conversation, as the demo user
  manage.py chat --message "What is due today?"        one message, for scripts
  echo "Create a task to call mum" | manage.py chat --message -
  manage.py chat --thread thr_... --message "Mark it as complete"
  manage.py chat --message "What is due today?" --json | jq -r .content
  manage.py chat --url https://tasks.example.com --user ann@example.com
  TASKCHAT_TOKEN=... manage.py chat --url https://tasks.example.com

It answers in this process, on the database of the settings; with --url a running server answers.
When the connection to it is lost, a message is sent again without being done twice, and a reply is
read on from where it was cut, for up to a minute.
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
        parser.add_argument(
            "--json",
            action="store_true",
            help="with --message: print content, tool_calls, error, thread_id and run_id as JSON",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        message: str | None = options["message"]
        if message == "-":
            message = sys.stdin.read()
        elif message is None and not sys.stdin.isatty():
            raise CommandError("Standard input is no terminal. Use --message -", returncode=2)
        if options["json"] and message is None:
            raise CommandError("--json tells of one reply: give --message as well.", returncode=2)
        credentials = self.credentials(options)
        # One loop for the whole conversation: the provider's connections belong to it.
        with asyncio.Runner() as loop:
            talker = loop.run(connect(options, credentials))
            try:
                if message is not None:
                    self._one_shot(loop, talker, message, options)
                else:
                    self.stdout.write(loop.run(self._about(talker)))
                    self._introduce(credentials, options)
                    self._converse(loop, talker, options)
            finally:
                loop.run(talker.close())
                database.close()

    def _one_shot(
        self, loop: asyncio.Runner, talker: Talker, message: str, options: dict[str, Any]
    ) -> None:
        shown = Record(self._complain) if options["json"] else self._screen()
        try:
            loop.run(self._say(talker, message, options["thread"], shown))
        except NotAnswered as refusal:
            raise CommandError(str(refusal)) from None
        except KeyboardInterrupt:
            self.stdout.write("")
            sys.exit(INTERRUPTED)
        if isinstance(shown, Record):
            self.stdout.write(json_line(shown.as_json()))
        if shown.failed:
            sys.exit(1)

    async def _about(self, talker: Talker) -> str:
        try:
            return printable(await talker.about())
        except NotAnswered as refusal:
            raise CommandError(str(refusal), returncode=2) from None

    def _introduce(self, credentials: Credentials, options: dict[str, Any]) -> None:
        who = "the owner of the token" if isinstance(credentials, Tokens) else options["user"]
        self.stdout.write(f"You are {who}. /new begins anew, /quit ends.\n")

    def _converse(self, loop: asyncio.Runner, talker: Talker, options: dict[str, Any]) -> None:
        thread_id: str | None = options["thread"]
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
            same = [f"--url {options['url']}"] if options["url"] else []
            same += [f"--user {options['user']}"] if options["user"] != DEMO_EMAIL else []
            words = " ".join(["manage.py chat", *same, f"--thread {thread_id}"])
            self.stdout.write(f"Continue with: {words}")

    def _turn(
        self, loop: asyncio.Runner, talker: Talker, message: str, thread_id: str | None
    ) -> str | None:
        """One message and its reply; the conversation to go on with."""
        screen = self._screen()
        try:
            loop.run(self._say(talker, message, thread_id, screen))
        except NotAnswered as refusal:
            self.stderr.write(printable(str(refusal)))
        except KeyboardInterrupt:
            self.stdout.write("\nStopped.")
        return screen.thread_id or thread_id

    async def _say(
        self, talker: Talker, message: str, thread_id: str | None, shown: Screen | Record
    ) -> None:
        talker.notice = shown.note
        async with talker.talk({"message": message, "thread_id": thread_id}) as reply:
            async for frame in reply.frames:
                shown.show(frame)

    def _screen(self) -> Screen:
        return Screen(self._write, self._complain)

    def _write(self, text: str) -> None:
        self.stdout.write(text, ending="")
        self.stdout.flush()

    def _complain(self, text: str) -> None:
        self.stderr.write(text, ending="")

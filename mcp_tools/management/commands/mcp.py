"""MCP over standard input and output, as desktop clients and editors start it."""

import argparse
import asyncio
import signal
from typing import Any

from django.core.management.base import CommandError

from mcp_tools import stdio
from taskchat_site.accounts.commands import TaughtCommand

HELP = """\
Serve a user's tasks as MCP tools over standard input and output.

  manage.py mcp --user ann@example.com

You do not type it: an MCP client on this machine (an editor, a desktop assistant) starts it, with
an entry in its own configuration such as

  {"mcpServers": {"taskchat": {
    "command": "/path/to/taskchat/.venv/bin/python",
    "args": ["/path/to/taskchat/manage.py", "mcp", "--user", "ann@example.com"]}}}

Whoever can start it can read the database anyway, so it asks for no password. A client on another
machine connects to /mcp with a token instead. Standard output is the protocol's, a message a line
in JSON; words for people are on standard error.
"""
EXITS = """\
exit status:
  0    the client closed the connection
  2    there is no such user, the account is closed, the database is not ready, or the command
       line is wrong
  130  Ctrl-C
"""


class Command(TaughtCommand):
    help = HELP
    exits = EXITS

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--user", required=True, metavar="EMAIL", help="whose tasks: the e-mail address"
        )

    def handle(self, *args: Any, user: str, **options: Any) -> None:
        acting = self.user_of(user)
        if not acting.is_active:
            raise CommandError(f"The account of {user} is closed.", returncode=2)
        # The thread that waits for input can't be interrupted; each call is a transaction anyway.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        asyncio.run(stdio.serve(acting))

"""Which connection goes where: sockets to Channels, tools to MCP, files to the file server, else
Django."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskchat_site.settings")

import django
from channels.routing import ProtocolTypeRouter
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries

django.setup(set_prefix=False)

# For these two each request went to a thread and back before it began. Sync code has a thread of
# its own in each request, and so a connection that is new; async code goes through `database.run`.
request_started.disconnect(reset_queries)
request_started.disconnect(close_old_connections)

from chat.beginnings import in_turn  # noqa: E402
from mcp_tools.http import serve_mcp  # noqa: E402
from taskchat_site.request_trace import traced  # noqa: E402
from taskchat_site.sockets import sockets  # noqa: E402
from taskchat_site.static_files import serve_files  # noqa: E402


class Handler(ASGIHandler):
    """Django's, without a thread for each request of the API, where all is async.

    Django opens one for a request's sync code, and a stream would keep it for as long as it lasts.
    """

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["path"].startswith("/api/"):
            await self.handle(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": traced(serve_mcp(serve_files(in_turn(Handler())))),
        "websocket": traced(sockets),
    }
)

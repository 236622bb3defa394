"""Which connection goes where: sockets to Channels, tools to MCP, files to the file server, else
Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskchat_site.settings")

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from chat.beginnings import in_turn  # noqa: E402
from mcp_tools.http import serve_mcp  # noqa: E402
from taskchat_site.request_trace import traced  # noqa: E402
from taskchat_site.sockets import sockets  # noqa: E402
from taskchat_site.static_files import serve_files  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": traced(serve_mcp(serve_files(in_turn(django_application)))),
        "websocket": traced(sockets),
    }
)

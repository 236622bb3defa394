"""The tools over standard input and output: a client on this machine starts us for one user."""

from mcp.server.stdio import stdio_server

from mcp_tools.server import Request, build_server
from taskchat_site import database
from taskchat_site.accounts.models import User
from taskchat_site.errors import unauthorized


async def serve(user: User) -> None:
    """Answer until the client closes our input. Each call reads the user anew: the account may
    be closed meanwhile, or live in another time zone."""

    def acting_user(_request: Request) -> User:
        current = User.objects.filter(pk=user.pk, is_active=True).first()
        if current is None:
            raise unauthorized("This account is closed.")
        return current

    server = build_server(acting_user)
    try:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        database.close()

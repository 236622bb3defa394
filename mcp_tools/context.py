"""Who acts, when, and through what. Tools get this from their caller, never from arguments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from taskchat_site.accounts.models import User
from taskchat_site.errors import unauthorized

Channel = Literal["assistant", "mcp"]


@dataclass(frozen=True)
class ToolContext:
    """`confirmation_id` is set when the caller saw the user say yes to that confirmation."""

    user: User
    now: datetime
    channel: Channel = "assistant"
    confirmation_id: str | None = None

    def __post_init__(self) -> None:
        # Whatever the types promise (AnonymousUser has no key): no tool without an acting user.
        if getattr(self.user, "pk", None) is None:
            raise unauthorized("Nobody is signed in.")

    @property
    def zone(self) -> ZoneInfo:
        return self.user.zone()

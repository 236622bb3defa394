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
    """What the caller read in the user's own message, which no model can write.

    `confirmation_id`: a yes to that confirmation. `clears_completed`: the wish to clear all
    completed tasks, so that asking whether they are meant would be asking twice.
    """

    user: User
    now: datetime
    channel: Channel = "assistant"
    confirmation_id: str | None = None
    clears_completed: bool = False

    def __post_init__(self) -> None:
        # Whatever the types promise (AnonymousUser has no key): no tool without an acting user.
        if getattr(self.user, "pk", None) is None:
            raise unauthorized("Nobody is signed in.")

    @property
    def zone(self) -> ZoneInfo:
        return self.user.zone()

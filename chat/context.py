"""What one ChatKit request knows: who asks, for which run, and what happened on the way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from taskchat_site.accounts.models import User


@dataclass
class Usage:
    """Tokens as the provider counted them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


@dataclass
class ChatContext:
    """Passed by ChatKit to every method of the store and the server.

    `turn_id` is the user's message being answered, `agent` ChatKit's `AgentContext` while the
    agent runs, `failure` the code and words of what went wrong.
    """

    user: User
    now: datetime
    run_id: str = ""
    turn_id: str = ""
    confirmation_id: str | None = None
    clears_completed: bool = False
    agent: Any = None
    listed: list[str] | None = None
    confirmations: list[dict[str, Any]] = field(default_factory=list)
    first_delta_at: float | None = None
    usage: Usage = field(default_factory=Usage)
    failure: tuple[str, str] | None = None

"""What one ChatKit request knows: who asks, for which run, and what happened on the way."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chat.failures import Failure
from chat.runs.lease import Lease
from taskchat_site.accounts.models import User


@dataclass
class Usage:
    """Tokens as the provider counted them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


CallStatus = Literal["started", "completed", "failed"]


@dataclass(frozen=True)
class ToolEvent:
    """A tool call that started, completed or failed; `result` is what the model reads of it."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    status: CallStatus
    result: dict[str, Any] | None = None


@dataclass
class ChatContext:
    """Passed by ChatKit to every method of the store and the server.

    `lease` is the run's, which every write for it needs; `turn_id` is the user's message being
    answered, `begins` what that message begins (nothing when it was tried before), `asked` the
    confirmation that it may answer, `agent` ChatKit's `AgentContext` while the agent runs,
    `tool_events` the tool calls in the order in which they show in the stream, `failure` what
    went wrong and `cause` the same for the log.
    """

    user: User
    now: datetime
    run_id: str = ""
    lease: Lease | None = None
    thread_id: str = ""
    turn_id: str = ""
    begins: Literal["thread", "turn"] | None = None
    asked: str | None = None
    confirmation_id: str | None = None
    clears_completed: bool = False
    agent: Any = None
    listed: list[str] | None = None
    confirmations: list[dict[str, Any]] = field(default_factory=list)
    first_delta_at: float | None = None
    usage: Usage = field(default_factory=Usage)
    tool_events: list[ToolEvent] = field(default_factory=list)
    failure: Failure | None = None
    cause: str = ""

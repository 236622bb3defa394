"""JSON in and out of the REST routes."""

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field, StrictBool, StrictStr, model_validator

from taskchat_site.errors import invalid
from tasks.queries import DEFAULT_LIMIT, MAX_LIMIT, Due, PriorityName, Sort, Status

DueAt = Annotated[
    StrictStr | None,
    Field(
        description="ISO 8601 time, or a date: the end of that day in the user's time zone.",
        examples=["2026-12-01T17:00:00Z", "2026-12-01"],
    ),
]


class Strict(Schema):
    """A misspelt field is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def only_known_fields(cls, body: Any) -> Any:
        raw = getattr(body, "_obj", body)
        if isinstance(raw, dict):
            unknown = sorted(str(name) for name in raw.keys() - cls.model_fields.keys())
            if unknown:
                known = ", ".join(cls.model_fields)
                raise invalid(f"Unknown field {unknown[0]!r}. There are: {known}.")
        return body


class NewTask(Strict):
    title: StrictStr
    description: StrictStr | None = ""
    priority: PriorityName | None = "none"
    due_at: DueAt = None
    labels: list[StrictStr] | None = Field(default_factory=list)


class TaskPatch(Strict):
    """A field that is absent stays; null clears it."""

    title: StrictStr = ""
    description: StrictStr | None = None
    priority: PriorityName | None = None
    due_at: DueAt = None
    labels: list[StrictStr] | None = None
    completed: StrictBool = False


class TaskOut(Schema):
    id: str
    number: int
    title: str
    description: str
    completed: bool
    priority: Literal["none", "low", "medium", "high"]
    due_at: str | None
    labels: list[str]
    created_at: str
    updated_at: str
    completed_at: str | None


class TaskPage(Schema):
    items: list[TaskOut]
    next_cursor: str | None


class ListQuery(Schema):
    """`?q=&due=` is what a form with empty fields sends: empty is the same as absent."""

    status: Status = "all"
    q: str | None = None
    priority: PriorityName | None = None
    label: str | None = None
    due: Due | None = None
    sort: Sort = "-created"
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT
    cursor: str | None = None

    @model_validator(mode="before")
    @classmethod
    def empty_is_absent(cls, query: Any) -> Any:
        raw = getattr(query, "_obj", query)
        return {k: v for k, v in raw.items() if v != ""} if isinstance(raw, dict) else query


class ErrorOut(Schema):
    detail: str
    code: str

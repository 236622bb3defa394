"""What each tool takes. The descriptions are read by models."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tasks.models import DESCRIPTION_LENGTH, LABEL_LENGTH, LABELS_PER_TASK, TITLE_LENGTH

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
MAX_TASKS = 100

Priority = Literal["none", "low", "medium", "high"]
Text = Annotated[str, Field(max_length=TITLE_LENGTH)]
LabelName = Annotated[str, Field(max_length=LABEL_LENGTH)]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH)]
Due = Annotated[str, Field(max_length=100)]
Labels = Annotated[list[LabelName], Field(max_length=LABELS_PER_TASK)]
References = Annotated[list[Text], Field(min_length=1, max_length=MAX_TASKS)]

REFERENCES = "Ids like t12, or titles."
DUE = "Words or ISO date, in the user's time zone: tomorrow 17:00, next friday, 2026-12-01."


class Arguments(BaseModel):
    """Nothing but what is named: above all no user. Who acts comes from the context."""

    model_config = ConfigDict(extra="forbid")


class AddTask(Arguments):
    title: Annotated[str, Field(min_length=1, max_length=TITLE_LENGTH)] = Field(
        description="What to do, in the user's words, one line."
    )
    description: Description | None = Field(None, description="Notes. Default: none.")
    due: Due | None = Field(None, description=f"{DUE} Default: no due date.")
    priority: Priority | None = Field(None, description="Default: none.")
    labels: Labels | None = Field(None, description="New ones are created. Default: none.")


class ListTasks(Arguments):
    status: Literal["open", "completed", "all", "trash"] | None = Field(
        None, description="Default: open."
    )
    query: Annotated[str, Field(max_length=200)] | None = Field(
        None, description="Words that title or description must all hold."
    )
    due: Literal["overdue", "today", "tomorrow", "week", "upcoming", "none", "any"] | None = Field(
        None,
        description="When due. week: the 7 days from today; upcoming: after today; "
        "none: without due date; any: with one. Default: no matter.",
    )
    priority: Priority | None = Field(None, description="Default: no matter.")
    label: LabelName | None = Field(None, description="Default: no matter.")
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = Field(
        None, description=f"Tasks a page. Default: {DEFAULT_LIMIT}."
    )
    cursor: Annotated[str, Field(max_length=8000)] | None = Field(
        None, description="Goes on with an earlier list; leave out the other filters."
    )


class CompleteTask(Arguments):
    tasks: References = Field(description=REFERENCES)


class UpdateTask(Arguments):
    """Null or absent leaves a field as it is."""

    tasks: References = Field(description=REFERENCES)
    title: Annotated[str, Field(max_length=TITLE_LENGTH)] | None = Field(
        None, description="New title, for one task only. Null: unchanged."
    )
    description: Description | None = Field(
        None, description='Replaces the notes; "" clears. Null: unchanged.'
    )
    due: Due | None = Field(None, description=f'{DUE} "none" clears. Null: unchanged.')
    priority: Priority | None = Field(None, description="Null: unchanged.")
    labels: Labels | None = Field(
        None, description="Replaces the labels; [] clears. Null: unchanged."
    )
    status: Literal["open", "completed"] | None = Field(
        None, description="open reopens, and restores from the trash. Null: unchanged."
    )


class DeleteTask(Arguments):
    tasks: References | None = Field(None, description=REFERENCES)
    all: Literal["completed", "open", "everything"] | None = Field(
        None, description="Instead of tasks: every task of this kind."
    )

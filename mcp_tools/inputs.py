"""Parts of what the tools take. Descriptions are read by models."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tasks.models import DESCRIPTION_LENGTH, LABEL_LENGTH, LABELS_PER_TASK, TITLE_LENGTH

MAX_TASKS = 100

Priority = Literal["none", "low", "medium", "high"]
Title = Annotated[str, Field(max_length=TITLE_LENGTH)]
LabelName = Annotated[str, Field(max_length=LABEL_LENGTH)]
Description = Annotated[str, Field(max_length=DESCRIPTION_LENGTH)]
Due = Annotated[str, Field(max_length=100)]
Labels = Annotated[list[LabelName], Field(max_length=LABELS_PER_TASK)]
References = Annotated[list[Title], Field(min_length=1, max_length=MAX_TASKS)]

REFERENCES = "Ids like t12, or titles."


class Arguments(BaseModel):
    """Nothing but what is named: above all no user. Who acts comes from the context."""

    model_config = ConfigDict(extra="forbid")

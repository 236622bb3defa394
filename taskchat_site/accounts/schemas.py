"""Bodies of the account routes."""

from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

EMAIL_LENGTH = 254
NAME_LENGTH = 150
# Far above the longest password we let anybody set: it only bounds the work of a refusal.
PASSWORD_LENGTH = 1024
TOKEN_LENGTH = 4096


def _no_nul(text: str) -> str:
    if "\0" in text:  # PostgreSQL cannot store it
        raise ValueError("must not contain NUL")
    return text


Text = Annotated[str, AfterValidator(_no_nul)]
Email = Annotated[str, StringConstraints(max_length=EMAIL_LENGTH), AfterValidator(_no_nul)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_LENGTH)]
Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=NAME_LENGTH, strip_whitespace=True),
    AfterValidator(_no_nul),
]


class Credentials(Schema):
    email: Email
    password: Password


class SignInBody(Credentials):
    remember_me: bool = Field(True, alias="rememberMe")
    callback_url: Text | None = Field(None, alias="callbackURL")


class SignUpBody(SignInBody):
    name: Name


class RefreshBody(Schema):
    refresh: Annotated[str, StringConstraints(max_length=TOKEN_LENGTH)]


class TokenPair(Schema):
    access: str
    refresh: str

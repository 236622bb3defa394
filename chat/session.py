"""Hosted ChatKit: a client secret with which the vendor's element talks to OpenAI itself.

The product's own conversations need none of this; it is for pages that run a workflow of
OpenAI's Agent Builder.
"""

import logging
from typing import TYPE_CHECKING, TypedDict

import openai
from django.conf import settings

from chat.failures import GarbledAnswer, ProviderFault, cause, explain
from chat.providers import new_client
from taskchat_site.accounts.models import User
from taskchat_site.errors import ApiError

if TYPE_CHECKING:  # it brings a quarter of a second of classes that nobody else needs
    from openai.types.beta.chatkit import ChatSession

logger = logging.getLogger(__name__)

TIMEOUT = 15.0  # somebody waits for a page to open


class Session(TypedDict):
    client_secret: str
    expires_at: int


async def create_session(user: User) -> Session:
    """A session for `user` alone; raises ApiError 503 when it is not set up, or OpenAI fails."""
    if not settings.CHATKIT_WORKFLOW_ID:
        raise _not_set_up("CHATKIT_WORKFLOW_ID")
    if not settings.OPENAI_API_KEY:
        raise _not_set_up("OPENAI_API_KEY")
    try:
        async with new_client() as client:
            made = await client.beta.chatkit.sessions.create(
                user=user.public_id,
                workflow={"id": settings.CHATKIT_WORKFLOW_ID},
                timeout=min(TIMEOUT, settings.OPENAI_TIMEOUT),
            )
        return _checked(made)
    except (openai.OpenAIError, ProviderFault, ValueError) as error:
        failure = explain(error)
        logger.warning("no hosted session: %s: %s", failure.code, cause(error))
        wait = {"Retry-After": str(failure.retry_after)} if failure.retry_after else None
        words = f"A hosted chat session could not be made. {failure.words}"
        raise ApiError(503, failure.code, words, wait) from None


def _checked(made: "ChatSession") -> Session:
    """The client builds its classes from any JSON, without a look at the fields."""
    secret, expires_at = getattr(made, "client_secret", None), getattr(made, "expires_at", None)
    if not isinstance(secret, str) or not secret or not isinstance(expires_at, int):
        raise GarbledAnswer("no session in the answer")
    return {"client_secret": secret, "expires_at": expires_at}


def _not_set_up(variable: str) -> ApiError:
    words = (
        "Hosted chat sessions are not set up on this server: "
        f"{variable} is missing. The assistant of this site works without them."
    )
    return ApiError(503, "not_set_up", words)

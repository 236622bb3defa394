"""`/api/token`: a password for a pair of tokens, for scripts and native clients."""

from django.http import HttpRequest
from ninja import Router

from taskchat_site import database
from taskchat_site.accounts import attempts, passwords, refresh_tokens
from taskchat_site.accounts.schemas import Credentials, RefreshBody, TokenPair
from taskchat_site.errors import unauthorized

router = Router()


@router.post("", response=TokenPair)
async def obtain(request: HttpRequest, body: Credentials) -> refresh_tokens.Pair:
    """Sign in with e-mail and password."""
    user = await passwords.check(body.email, body.password, attempts.sign_in(request, body.email))
    if user is None:
        raise unauthorized("Wrong e-mail or password.", "invalid_credentials")
    return await database.run(refresh_tokens.first_pair, request, user)


@router.post("/refresh", response=TokenPair)
async def refresh(request: HttpRequest, body: RefreshBody) -> refresh_tokens.Pair:
    """A new pair for a refresh token, which is worthless afterwards."""
    return await database.run(refresh_tokens.next_pair, request, body.refresh)


@router.post("/revoke", response=dict[str, str])
async def revoke(request: HttpRequest, body: RefreshBody) -> dict[str, str]:
    """Sign out: the refresh token and every token made with its family are refused from now on."""
    await database.run(refresh_tokens.revoke, body.refresh)
    return {}

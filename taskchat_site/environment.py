"""Every environment variable of the server, with its type, default and rules.

A wrong value stops the start and names the variable and what it may be.
"""

import ipaddress
import sys
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    HttpUrl,
    Json,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from taskchat_site.keys import is_p256_private_key
from taskchat_site.prices import Price

ENV_FILE = Path(__file__).resolve().parent.parent / ".env"
WEAK_KEY_LENGTH = 40
DATABASE_SCHEMES = ("postgres", "postgresql", "sqlite")
REDIS_SCHEMES = ("redis", "rediss", "unix")

# Signatures with a public key. A shared secret (HS256) would be in a public key set.
OUTSIDE_ALGORITHMS = (
    *("EdDSA", "ES256", "ES384", "ES512"),
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
)

# A limit; 0 is none.
Limit = Annotated[int, Field(ge=0)]


class Environment(BaseSettings):
    """Read once, by `settings`. Field names in upper case are the variables."""

    model_config = SettingsConfigDict(
        env_file=None if "pytest" in sys.modules else ENV_FILE,  # tests set what they mean
        env_ignore_empty=True,
        extra="ignore",
    )

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    testing: bool = False

    django_debug: bool = True
    django_secret_key: SecretStr | None = None
    django_allowed_hosts: Annotated[list[str], NoDecode] = []
    public_url: HttpUrl | None = None
    trusted_origins: Annotated[list[str], NoDecode] = []
    trusted_proxies: Annotated[list[str], NoDecode] = []
    jwt_private_key: SecretStr | None = None

    auth_jwks_url: str | None = None
    auth_issuer: str | None = Field(None, max_length=255)
    auth_audience: str | None = None
    auth_algorithms: Annotated[list[str], NoDecode] = ["EdDSA", "ES256", "RS256"]

    var_dir: Path = Path(__file__).resolve().parent.parent / "var"
    database_url: str | None = None
    redis_url: str | None = None

    log_error_texts: bool = False
    metrics_token: SecretStr | None = Field(None, min_length=16)

    openai_api_key: SecretStr | None = None
    openai_base_url: HttpUrl | None = None
    openai_model: str = "gpt-4.1-nano"
    openai_api: Literal["responses", "chat_completions"] = "responses"
    openai_temperature: float = Field(0.7, ge=0, le=2)
    openai_timeout: float = Field(60, gt=0, le=600)
    model_prices: Annotated[Json[dict[str, Price]], NoDecode] = Field(
        "{}"  # type: ignore[arg-type]  # as text, like the variable
    )
    chatkit_workflow_id: str | None = None

    sign_ins_per_account: Limit | None = None
    sign_ins_per_address: Limit | None = None
    sign_ups_per_account: Limit | None = None
    sign_ups_per_address: Limit | None = None
    refreshes_per_account: Limit | None = None
    refreshes_per_address: Limit | None = None
    chat_messages_per_minute: Limit | None = None
    chat_runs_per_user: Limit | None = None

    @field_validator(
        "django_allowed_hosts",
        "trusted_origins",
        "trusted_proxies",
        "auth_algorithms",
        mode="before",
    )
    @classmethod
    def split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("trusted_origins")
    @classmethod
    def are_origins(cls, values: list[str]) -> list[str]:
        for value in values:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path:
                raise ValueError("each must be an origin like https://example.com, without a path")
        return values

    @field_validator("trusted_proxies")
    @classmethod
    def are_networks(cls, values: list[str]) -> list[str]:
        try:
            return [str(ipaddress.ip_network(value, strict=False)) for value in values]
        except ValueError:
            raise ValueError("each must be an address or a network like 10.0.0.0/8") from None

    @field_validator("auth_jwks_url")
    @classmethod
    def is_safe_to_fetch(cls, value: str | None) -> str | None:
        """Whoever can change the keys on their way can be anybody."""
        if value is not None:
            parts = urlsplit(value)
            on_loopback = parts.scheme == "http" and _is_loopback(parts.hostname or "")
            if not parts.hostname or not (parts.scheme == "https" or on_loopback):
                raise ValueError("must be a URL that starts with https:// (or http://localhost)")
        return value

    @field_validator("auth_algorithms")
    @classmethod
    def are_public_key_algorithms(cls, values: list[str]) -> list[str]:
        if not values or not set(values) <= set(OUTSIDE_ALGORITHMS):
            raise ValueError("each must be one of " + ", ".join(OUTSIDE_ALGORITHMS))
        return values

    @field_validator("database_url")
    @classmethod
    def is_database(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in DATABASE_SCHEMES:
            raise ValueError("must be a URL that starts with postgres:// or sqlite:///")
        return value

    @field_validator("redis_url")
    @classmethod
    def is_redis(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme not in REDIS_SCHEMES:
            raise ValueError("must be a URL that starts with redis://, rediss:// or unix://")
        return value

    @field_validator("jwt_private_key")
    @classmethod
    def is_p256_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not is_p256_private_key(value.get_secret_value()):
            raise ValueError("must be a PEM private key on curve P-256 (ES256)")
        return value

    @model_validator(mode="after")
    def outside_issuer_is_whole(self) -> Self:
        given = {
            "AUTH_JWKS_URL": self.auth_jwks_url,
            "AUTH_ISSUER": self.auth_issuer,
            "AUTH_AUDIENCE": self.auth_audience,
        }
        missing = [name for name, value in given.items() if value is None]
        if 0 < len(missing) < len(given):
            raise ValueError(f"{' and '.join(missing)} must be set with the other AUTH_ variables")
        ours = str(self.public_url or "").rstrip("/")
        if self.auth_issuer and self.auth_issuer.rstrip("/") == ours:
            raise ValueError("AUTH_ISSUER must not be PUBLIC_URL: that issuer is this product")
        return self

    @model_validator(mode="after")
    def production_is_configured(self) -> Self:
        """With `DJANGO_DEBUG=0` nothing is made up: each value is given and strong."""
        if self.django_debug:
            return self
        problems = []
        key = self.django_secret_key.get_secret_value() if self.django_secret_key else ""
        if len(key) < WEAK_KEY_LENGTH or len(set(key)) < 5 or key.startswith("django-insecure"):
            problems.append(
                f"DJANGO_SECRET_KEY must be random, {WEAK_KEY_LENGTH} characters or more"
            )
        if not self.django_allowed_hosts or "*" in self.django_allowed_hosts:
            problems.append("DJANGO_ALLOWED_HOSTS must list the host names, without *")
        if self.public_url is None:
            problems.append("PUBLIC_URL must be the address where users reach the product")
        if self.jwt_private_key is None:
            problems.append("JWT_PRIVATE_KEY must be a PEM private key on curve P-256 (ES256)")
        if self.database_url is None:
            problems.append("DATABASE_URL must name the database, e.g. postgres://user:pw@host/db")
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_environment() -> Environment:
    """The environment, or an exit with status 2 and one line for each wrong variable."""
    try:
        return Environment()
    except ValidationError as error:
        lines = ["TaskChat does not start: its environment is not right."]
        for problem in error.errors(include_url=False, include_input=False):
            name = ".".join(str(part) for part in problem["loc"]).upper()
            message = problem["msg"].removeprefix("Value error, ")
            lines += [
                f"  {name}: {message}" if name else f"  {part}" for part in message.split("; ")
            ]
        sys.stderr.write("\n".join(lines) + "\n")
        raise SystemExit(2) from None

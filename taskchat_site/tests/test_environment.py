"""Production does not start on a missing or bad setting, and says which."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from taskchat_site.environment import read_environment

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "taskchat_site.settings",
        **variables,
    }
    command = [sys.executable, "-c", "from taskchat_site import settings; print('started')"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What is said of these variables, which end the start with status 2.

    In this process, by the settings' first step: that a start ends with it is shown once, by
    `test_a_start_ends_with_the_refusal`.
    """

    def refuse(**variables: str) -> str:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in {"VAR_DIR": str(tmp_path), **variables}.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as end:
            read_environment()
        assert end.value.code == 2
        return capsys.readouterr().err

    return refuse


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from taskchat_site import keys

    pem = keys.kept_private_key(tmp_path_factory.mktemp("keys") / "key.pem")
    return {
        "DJANGO_DEBUG": "0",
        "DJANGO_SECRET_KEY": "k3" + "abcdefghij0123456789" * 3,
        "DJANGO_ALLOWED_HOSTS": "tasks.example.com",
        "PUBLIC_URL": "https://tasks.example.com",
        "JWT_PRIVATE_KEY": pem,
        "DATABASE_URL": "postgres://tasks:pw@127.0.0.1/tasks",
    }


def test_development_needs_no_setting(tmp_path: Path) -> None:
    assert start(tmp_path).stdout == "started\n"


def test_production_starts_with_every_setting(tmp_path: Path, good: dict[str, str]) -> None:
    done = start(tmp_path, **good)
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("name", "value"), [("PUBLIC_URL", None), ("OPENAI_API", "smoke_signals")])
def test_a_start_ends_with_the_refusal(
    tmp_path: Path, good: dict[str, str], refusal: Callable[..., str], name: str, value: str | None
) -> None:
    others = {key: kept for key, kept in good.items() if key != name}
    variables = others if value is None else {**others, name: value}
    done = start(tmp_path, **variables)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr == refusal(**variables)


@pytest.mark.parametrize(
    "name",
    ["DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS", "PUBLIC_URL", "JWT_PRIVATE_KEY", "DATABASE_URL"],
)
def test_production_refuses_a_missing_setting_by_name(
    good: dict[str, str], refusal: Callable[..., str], name: str
) -> None:
    assert name in refusal(**{key: value for key, value in good.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DJANGO_SECRET_KEY", "short"),
        ("DJANGO_SECRET_KEY", "a" * 60),
        ("DJANGO_ALLOWED_HOSTS", "*"),
        ("PUBLIC_URL", "tasks.example.com"),
        ("JWT_PRIVATE_KEY", "not a key"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "http://example.com"),
        ("PORT", "many"),
        ("OPENAI_API", "smoke_signals"),
        ("OPENAI_TEMPERATURE", "hot"),
        ("OPENAI_BASE_URL", "localhost"),
        ("TRUSTED_ORIGINS", "tasks.example.com/path"),
        ("TRUSTED_PROXIES", "my-proxy"),
        ("METRICS_TOKEN", "short"),
        ("MODEL_PRICES", "cheap"),
        ("MODEL_PRICES", '{"mine": {"input": 1, "output": 2}}'),
        ("MODEL_PRICES", '{"mine": {"input": -1, "cached_input": 1, "output": 2}}'),
        ("AUTH_JWKS_URL", "http://identity.example.com/jwks"),
        ("AUTH_JWKS_URL", "http://127.0.0.1.example.com/jwks"),
        ("AUTH_JWKS_URL", "http://localhost@identity.example.com/jwks"),
        ("AUTH_JWKS_URL", "file:///etc/passwd"),
        ("AUTH_JWKS_URL", "identity.example.com"),
        ("AUTH_ALGORITHMS", "HS256"),
        ("AUTH_ALGORITHMS", "ES256,none"),
        ("CHAT_MESSAGES_PER_MINUTE", "-1"),
        ("SIGN_UPS_PER_ADDRESS", "few"),
    ],
)
def test_a_bad_value_is_refused_by_name(
    good: dict[str, str], refusal: Callable[..., str], name: str, value: str
) -> None:
    said = refusal(**{**good, name: value})
    assert name in said
    if value != "*":
        assert value not in said or name == "DJANGO_ALLOWED_HOSTS"


OUTSIDE = {
    "AUTH_JWKS_URL": "https://identity.example.com/jwks",
    "AUTH_ISSUER": "https://identity.example.com",
    "AUTH_AUDIENCE": "https://tasks.example.com",
}


@pytest.mark.parametrize("url", [OUTSIDE["AUTH_JWKS_URL"], "http://[::1]:3700/jwks"])
def test_an_outside_issuer_is_taken_whole(tmp_path: Path, good: dict[str, str], url: str) -> None:
    done = start(tmp_path, **good, **{**OUTSIDE, "AUTH_JWKS_URL": url})
    assert (done.returncode, done.stdout) == (0, "started\n"), done.stderr


@pytest.mark.parametrize("name", sorted(OUTSIDE))
def test_half_an_outside_issuer_is_refused_by_name(
    good: dict[str, str], refusal: Callable[..., str], name: str
) -> None:
    rest = {key: value for key, value in OUTSIDE.items() if key != name}
    assert f"{name} must be set" in refusal(**good, **rest)


def test_we_are_not_our_own_outside_issuer(
    good: dict[str, str], refusal: Callable[..., str]
) -> None:
    outside = {**OUTSIDE, "AUTH_ISSUER": good["PUBLIC_URL"]}
    assert "AUTH_ISSUER" in refusal(**good, **outside)

"""Keys that a development server makes for itself once and keeps under `var/`."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def kept_secret(path: Path) -> str:
    """The random text in `path`, made on first use."""
    return _kept(path, secrets.token_urlsafe(48))


def kept_private_key(path: Path) -> str:
    """The P-256 private key in `path` as PEM, made on first use."""
    if path.exists():
        return path.read_text()
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _kept(path, pem.decode())


def is_p256_private_key(pem: str) -> bool:
    """Can `pem` sign ES256?"""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1)


def _kept(path: Path, fresh: str) -> str:
    """Two processes that start at once must end up with the same key: whoever links first wins."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(fresh)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()

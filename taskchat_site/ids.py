"""Opaque ids."""

import secrets


def new_id(prefix: str = "") -> str:
    """`prefix` and 128 random bits in hex: nobody guesses or counts them."""
    return prefix + secrets.token_hex(16)

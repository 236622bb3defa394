"""An outside issuer with keys of its own and a key set over real HTTP, which can misbehave."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

ISSUER = "https://identity.example"
AUDIENCE = "https://tasks.example"

MAKE_KEY: dict[str, Callable[[], Any]] = {
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
}


def jwk_of(algorithm: str, private: Any, **fields: Any) -> dict[str, Any]:
    writer: Any = jwt.get_algorithm_by_name(algorithm)
    jwk: dict[str, Any] = writer.to_jwk(private.public_key(), as_dict=True)
    return {**jwk, "alg": algorithm, **fields}


class Issuer:
    """Signs tokens by `algorithm` under the key id `key_id`; serves `document` at `url`."""

    def __init__(self, algorithm: str = "EdDSA", key_id: str = "key-1") -> None:
        self.url = ""
        self.fetches = 0
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.pause = 0.0
        self.entries: list[dict[str, Any]] = []
        self.add_key(algorithm, key_id)

    def add_key(self, algorithm: str, key_id: str) -> None:
        """Sign with a new key from now on; older ones stay in the set."""
        self.algorithm, self.key_id = algorithm, key_id
        self.private = MAKE_KEY[algorithm]()
        self.entries.insert(0, jwk_of(algorithm, self.private, kid=key_id))

    def claims(self, subject: str = "nora", **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": now,
            "exp": now + 900,
            "email": "nora@example.com",
            "name": "Nora",
            **changes,
        }
        return {name: value for name, value in claims.items() if value is not ...}

    def token(self, subject: str = "nora", **changes: Any) -> str:
        return self.sign(self.claims(subject, **changes))

    def sign(self, claims: dict[str, Any], private: Any = None, **header: Any) -> str:
        """Signed by hand: PyJWT would refuse to make some of these."""
        header = {"alg": self.algorithm, "kid": self.key_id, "typ": "JWT", **header}
        signed = f"{part(header)}.{part(claims)}"
        signer = jwt.get_algorithm_by_name(self.algorithm)
        signature = signer.sign(signed.encode(), private or self.private)
        return f"{signed}.{base64url(signature)}"

    def document(self) -> bytes:
        return json.dumps({"keys": self.entries}).encode() if self.body is None else self.body


def part(content: Any) -> str:
    return base64url(json.dumps(content).encode())


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@contextmanager
def serving(issuer: Issuer) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.fetches += 1
            time.sleep(issuer.pause)
            body = issuer.document()
            self.send_response(issuer.status)
            for name, value in issuer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # who asked has heard enough
                self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    issuer.url = f"http://127.0.0.1:{server.server_port}/jwks"
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()

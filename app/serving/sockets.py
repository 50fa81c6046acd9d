"""The listening socket: taken before anything else starts, so that a port in use is told at once."""

from __future__ import annotations

import socket

from app.config import Settings
from app.serving.faults import Fault


def listen(settings: Settings) -> socket.socket:
    """A bound socket; nobody can connect until it is served. Raises `Fault` where the port is taken or not ours."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        family, kind, number, _, where = found[0]
        bound = socket.socket(family, kind, number)
        try:
            if hasattr(socket, "SO_REUSEPORT"):  # not on Windows, where it would let two programs share a port
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(where)
        except BaseException:
            bound.close()
            raise
    except OSError as error:
        raise Fault(
            f"cannot listen on {settings.host} port {settings.port} ({error.strerror}): stop what is there, or set "
            "HEINOLA_PORT to another port; 0 takes a free one"
        ) from None
    return bound


def url(settings: Settings, bound: socket.socket) -> str:
    """Where the API is, as a browser on this machine writes it."""
    name = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{name}:{bound.getsockname()[1]}"

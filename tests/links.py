"""A line to a server that can be cut: what a broken network or a killed server looks like from the other end."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from mfa_platform.demo.servers import ports

CHUNK = 65536


class Link:
    """Listens on a port of its own and passes on, both ways, what it gets; `url` is the server's by this way.

    A real connection really breaks: nothing in the product knows of it.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or ports.HOST, parts.port or 0)
        self.port = ports.any_free()
        login = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{login[0]}{login[1]}{ports.HOST}:{self.port}"))
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._silent = False
        self.messages_left: int | None = None
        """How many more messages towards the server are passed on before the line breaks; None for all."""
        self.restore()

    def restore(self) -> None:
        """Connections are accepted and passed on."""
        self._silent, self.messages_left = False, None
        if self._listener is None:
            self._listener = socket.create_server((ports.HOST, self.port), backlog=64)
            threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and refuse new ones."""
        with self._lock:
            listener, self._listener = self._listener, None
            ends, self._ends = self._ends, set()
        for end in (*([listener] if listener else []), *ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody is reached during the block."""
        self.cut()
        try:
            yield
        finally:
            self.restore()

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Connections stand and new ones are accepted during the block, but nothing is passed on."""
        self._silent = True
        try:
            yield
        finally:
            self.cut()
            self.restore()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._server)
                with self._lock:
                    self._ends |= {client, server}
                for source, target in ((client, server), (server, client)):
                    arguments = (source, target, source is client)
                    threading.Thread(target=self._pump, args=arguments, daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, to_server: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                if to_server and self._breaks_now():
                    self.cut()
                if not self._silent:
                    target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _breaks_now(self) -> bool:
        with self._lock:
            if self.messages_left is None:
                return False
            self.messages_left -= 1
            return self.messages_left < 0

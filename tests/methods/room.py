"""A chat: a server that keeps what is posted to it."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Room(ThreadingHTTPServer):
    """Its messages, oldest first, and the status of its next answers."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Visitor)
        self.messages: list[dict[str, str]] = []
        self.status = 200

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"


class Visitor(BaseHTTPRequestHandler):
    server: Room

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.status == 200:
            self.server.messages.append(message)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args):
        """Not to the terminal."""


@contextmanager
def opened():
    room = Room()
    Thread(target=room.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield room
    finally:
        room.shutdown()
        room.server_close()

"""A server of a bad mood that takes JSON over TLS: of seven requests it refuses one, forgets to answer one that it has
taken, and hangs up on one.

What it has taken stands in FILE, a line a request: the key of its head and the body.

usage: push_server.py PORT FILE CERTIFICATE KEY TOKEN
"""

import json
import os
import socket
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def main():
    port, path, certificate, key, token = sys.argv[1:]
    lock, seen = threading.Lock(), {"requests": 0}

    class Taker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            with lock:
                self.judge()

        def judge(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers["authorization"] != f"Bearer {token}":
                return self.answer(401, b"who are you?")
            mood = seen["requests"] % 7
            seen["requests"] += 1
            if mood == 2:
                return self.answer(500, b"not today")
            if mood == 5:
                return self.hang_up()
            batch = json.loads(body)
            assert self.path == "/in?site=1", self.path
            assert self.headers["content-type"] == "application/json"
            with open(path, "a", encoding="utf-8") as file:
                file.write(json.dumps([self.headers["idempotency-key"], batch]) + "\n")
                file.flush()
                os.fsync(file.fileno())
            return self.hang_up() if mood == 4 else self.answer(204, b"")

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def hang_up(self):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Taker)
    server.daemon_threads = True
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.serve_forever()


main()

"""A server that takes what is posted to it and writes each body down as a line, with its path before it.

With FAILURES it answers so many posts with 503 first; those bodies are written down too, with the word `failed`.

usage: webhook.py PORT FILE [FAILURES]
"""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


def main():
    port, path = int(sys.argv[1]), sys.argv[2]
    left = {"failures": int(sys.argv[3]) if len(sys.argv) > 3 else 0}

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode("utf-8")
            is_failure = left["failures"] > 0
            left["failures"] -= is_failure
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"{'failed' if is_failure else self.path} {body}\n")
            self.send_response(503 if is_failure else 204)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    HTTPServer(("127.0.0.1", port), Taker).serve_forever()


main()

"""Receives events with Feishu's own client for Python: `webhook PORT KEY TOKEN`, or `connection URL`."""

import http.server
import os
import sys

import lark_oapi as lark
from lark_oapi.core.model import RawRequest


def received(event: lark.CustomizedEvent) -> None:
    # In one piece, since several threads write.
    sys.stdout.write(f"received {event.header.event_type}\n")
    sys.stdout.flush()


def dispatcher(key: str, token: str) -> lark.EventDispatcherHandler:
    builder = lark.EventDispatcherHandler.builder(key, token)
    for name in os.environ["EVENTS"].split():
        builder = builder.register_p2_customized_event(name, received)
    return builder.build()


def webhook(port: str, key: str, token: str) -> None:
    handler = dispatcher(key, token)

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = RawRequest()
            request.uri = self.path
            # The client knows its headers in this spelling only.
            request.headers = {name.title(): value for name, value in self.headers.items()}
            request.body = self.rfile.read(int(self.headers["content-length"]))
            answer = handler.do(request)
            self.send_response(answer.status_code)
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
    print("ready", flush=True)
    server.serve_forever()


def connection(url: str) -> None:
    lark.ws.Client("cli_0123456789abcdef", "secret", event_handler=dispatcher("", ""), domain=url).start()


os.environ["NO_PROXY"] = "127.0.0.1"
{"webhook": webhook, "connection": connection}[sys.argv[1]](*sys.argv[2:])

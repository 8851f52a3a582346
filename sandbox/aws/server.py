"""The HTTP server that moto runs in: bound to this machine alone, a thread a request, silent."""

import threading
from typing import Any

from sandbox.aws.gate import Gate


class Server:
    """Serves a gate on 127.0.0.1 from its own thread until it is closed.

    Raises OSError if the port is taken.
    """

    def __init__(self, gate: Gate, port: int) -> None:
        from moto.moto_server.werkzeug_app import MotoRequestHandler
        from werkzeug.serving import make_server

        class Quiet(MotoRequestHandler):  # type: ignore[misc]
            protocol_version = "HTTP/1.1"

            def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
                """Write nothing: what was called is in `Cloud.calls`."""

        try:
            self._server = make_server("127.0.0.1", port, gate, threaded=True, request_handler=Quiet)
        except SystemExit as taken:  # what werkzeug makes of it
            raise OSError(f"port {port} of this machine is taken: choose another, or 0 for any") from taken
        self.port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="sandbox-aws", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

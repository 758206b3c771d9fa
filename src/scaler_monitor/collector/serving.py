"""The thread that answers viewers over ZeroMQ."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

import zmq

from scaler_monitor.collector.watch import Watch
from scaler_monitor.link.codec import InvalidMessage, pack, unpack
from scaler_monitor.link.interface import Report, ReportQuestion
from scaler_monitor.protocol.page import Question
from scaler_monitor.system.crashes import report_crash
from scaler_monitor.system.logs import RateLimitedLog, logger

LARGEST_QUESTION_BYTES = 1 << 20
ANSWERS_UNDER_WAY = 8
"""Most answers buffered for a viewer that does not read them; more are dropped. The same number of questions
is buffered here; further ones are buffered by the viewer."""

POLL_MILLISECONDS = 250


class Server:
    """Answers each message [viewer, number, kind, question] with [viewer, number, outcome, answer].

    Kinds are `ask`, `report` and `ping`; outcomes are `ok` and `refused`, which carries a text.
    """

    def __init__(self, watch: Watch, endpoint: str) -> None:
        """Bind `endpoint`; raises OSError if that fails or if the path of the socket exists."""
        path = Path(endpoint.removeprefix("ipc://"))
        if endpoint.startswith("ipc://") and (path.exists() or path.is_symlink()):  # ZeroMQ would delete it
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        self.last_message = time.monotonic()
        self._watch = watch
        self._stopping = threading.Event()
        self._log = RateLimitedLog(logger(__name__))
        self._context = zmq.Context(io_threads=1)
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = 0
        self._socket.sndhwm = ANSWERS_UNDER_WAY
        self._socket.rcvhwm = ANSWERS_UNDER_WAY
        self._socket.setsockopt(zmq.MAXMSGSIZE, LARGEST_QUESTION_BYTES)
        try:
            self._socket.bind(endpoint)
        except zmq.ZMQError as error:
            self._socket.close()
            self._context.term()
            raise OSError(error.errno, zmq.strerror(error.errno or 0)) from None
        self._thread = threading.Thread(target=self._guarded, name="link", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and close socket and ZeroMQ context.

        Waits at most half a second: if the thread is busy with an answer, all three remain until the process
        exits.
        """
        self._stopping.set()
        self._thread.join(2 * POLL_MILLISECONDS / 1000)
        if not self._thread.is_alive():
            self._context.term()

    def _guarded(self) -> None:
        try:
            self._serve()
        except Exception as error:
            self._watch.fail(f"link failed: {report_crash(error, 'collector')}")
        finally:
            self._socket.close()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            if self._socket.poll(POLL_MILLISECONDS):
                parts = self._socket.recv_multipart()
                self.last_message = time.monotonic()
                if len(parts) == 4:
                    self._socket.send_multipart([*parts[:2], *self._answer(parts[2], parts[3])])

    def _answer(self, kind: bytes, payload: bytes) -> tuple[bytes, bytes]:
        try:
            if kind == b"ask":
                return b"ok", pack(self._watch.answer(unpack(payload, Question)))
            if kind == b"report":
                return b"ok", pack(Report(*self._watch.report(*unpack(payload, ReportQuestion))))
            if kind == b"ping":
                return b"ok", pack(None)
            return b"refused", pack(f"no such kind of question: {kind[:20]!r}")
        except InvalidMessage as error:
            return b"refused", pack(str(error))
        except Exception as error:  # a failure must not stop the thread
            self._log.warning("a question was not answered", error=error)
            return b"refused", pack(f"{type(error).__name__}: {error}")

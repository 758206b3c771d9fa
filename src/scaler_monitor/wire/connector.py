"""From a destination to a conversation: connect, let the scheduler speak first, and answer on its wire."""

from __future__ import annotations

import time
from contextlib import closing

import zmq

from scaler_monitor.wire.byte_stream import ByteStream, open_plain
from scaler_monitor.wire.conversation import Conversation
from scaler_monitor.wire.destination import Destination
from scaler_monitor.wire.feed import Wire
from scaler_monitor.wire.first_bytes import YMQ_GREETING, describe_silence, recognise
from scaler_monitor.wire.problem import ConnectionProblem, SilentListener
from scaler_monitor.wire.tls_stream import open_tls
from scaler_monitor.wire.waiting import Steps, Wait
from scaler_monitor.wire.ymq_conversation import YmqConversation
from scaler_monitor.wire.zmq_subscription import ZmqSubscription


class Connector:
    """Makes connections to one destination. Its methods raise `ConnectionProblem`, `OSError`, `ZMQError`."""

    def __init__(self, destination: Destination) -> None:
        self.destination = destination
        self._zmq: zmq.Context[zmq.Socket[bytes]] | None = None
        self._reached = False

    def converse(self) -> Steps[Conversation]:
        """Connect, and return the conversation once the scheduler has greeted."""
        address = self.destination.address
        stream = yield from self._open_stream()
        try:
            wire, first = yield from self._look(stream)
            endpoint = str(address) if address.scheme == "ipc" else f"{address.scheme}://{stream.peer}"
            if wire == "ymq":
                ymq = YmqConversation(self.destination, stream, first[YMQ_GREETING - 1])
                yield from ymq.greet(first, self.destination)
                self._reached = True
                return ymq
        except BaseException:
            stream.close()
            raise
        stream.close()
        return (yield from self._subscribe(endpoint))

    def look(self) -> Steps[Wire]:
        """Connect, see which wire is spoken, and go."""
        with closing((yield from self._open_stream())) as stream:
            wire, _ = yield from self._look(stream)
        return wire

    def close(self) -> None:
        """Close every connection; there will be no other."""
        if self._zmq is not None:
            self._zmq.destroy(linger=0)

    def _subscribe(self, endpoint: str) -> Steps[Conversation]:
        if self._zmq is None:
            self._zmq = zmq.Context()
        subscription = ZmqSubscription(self._zmq, self.destination)
        try:
            yield from subscription.connect(endpoint)
        except BaseException:
            subscription.close()
            raise
        return subscription

    def _open_stream(self) -> Steps[ByteStream]:
        address, tls = self.destination.address, self.destination.tls
        if address.scheme in ("ws", "wss"):
            from scaler_monitor.wire.websocket_stream import open_websocket

            return (yield from open_websocket(self.destination, first_time=not self._reached))
        if tls is not None:
            return (yield from open_tls(address, tls, self.destination.patience))
        return (yield from open_plain(address, self.destination.patience))

    def _look(self, stream: ByteStream) -> Steps[tuple[Wire, bytes]]:
        """Read until the first bytes tell the wire; return it and what was read."""
        address, seconds = self.destination.address, self.destination.patience.greeting
        first = b""
        until = time.monotonic() + seconds
        while True:
            chunk = stream.receive()
            if chunk is None:
                if not (yield Wait(until, readable=(stream.fileno,))):
                    raise SilentListener(describe_silence(address, seconds, len(first)))
            elif not chunk:
                when = (
                    "before a word was said"
                    if not first
                    else f"in its greeting, of which {len(first)} bytes came"
                )
                raise ConnectionProblem(f"{address}: the connection was closed {when}: is the port right?")
            else:
                first += chunk
                wire = recognise(first, address)
                if wire is not None:
                    return wire, first

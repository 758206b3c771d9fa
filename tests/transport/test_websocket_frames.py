"""The payload of WebSocket frames, for any chunk boundaries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.transport.chunking import in_chunks
from websockets.frames import Frame, Opcode

from scaler_monitor.wire.websocket_frames import Control, WebsocketFrames

DATA = (Opcode.BINARY, Opcode.TEXT, Opcode.CONT)
CONTROL = (Opcode.PING, Opcode.PONG, Opcode.CLOSE)
PAYLOADS = st.one_of(st.binary(max_size=200), st.sampled_from([bytes(70_000), bytes(126), bytes(125)]))
FRAMES = st.one_of(
    st.builds(Frame, st.sampled_from(DATA), PAYLOADS, st.booleans()),
    st.builds(Frame, st.sampled_from(CONTROL), st.binary(max_size=125)),
)


@given(st.lists(FRAMES, max_size=8), st.lists(st.integers(1, 5000), min_size=1))
def test_result_does_not_depend_on_chunking(said: list[Frame], sizes: list[int]) -> None:
    data = b"".join(each.serialize(mask=False) for each in said)
    frames, carried = WebsocketFrames(), b""
    for chunk in in_chunks(data, sizes):
        carried += frames.feed(chunk)
    assert carried == b"".join(bytes(each.data) for each in said if each.opcode in DATA)
    assert frames.controls == [
        Control(each.opcode, bytes(each.data)) for each in said if each.opcode in CONTROL
    ]
    assert not frames.broken


@pytest.mark.parametrize(
    "said",
    [
        b"\xc2\x01x",  # compressed
        b"\x82\x81maskx",
        b"\x83\x00",  # an undefined opcode
        b"\x09\x00",  # a fragmented ping
        b"\x89\x7e\x00\x80",  # a ping of 128 bytes
        b"\x82\x7f" + (1 << 63).to_bytes(8, "big"),
    ],
)
def test_invalid_frames_break_the_stream(said: bytes) -> None:
    frames = WebsocketFrames()
    assert frames.feed(b"\x82\x04good" + said) == b"good"
    assert frames.broken


def test_payload_is_returned_before_the_end_of_its_frame() -> None:
    frames = WebsocketFrames()
    assert frames.feed(b"\x82\x7f" + (1 << 39).to_bytes(8, "big") + b"first") == b"first"
    assert frames.feed(b"more") == b"more"

"""Apply frames to the state of upstream's 2.9 web page and print it as JSON.

Run by the Python of an environment with opengris-scaler 2.9.0: `gui_state.py FRAMES`, where FRAMES is a file
of frames, each after its length as eight little-endian bytes.
"""

import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from scaler.config.section.webgui import WebGUIConfig
from scaler.config.types.address import AddressConfig
from scaler.io.utility import deserialize
from scaler.ui.app import BrowserView, WebUIApp, _RenderCache


def frames(path: str) -> Iterator[bytes]:
    """Yield the frames of a file."""
    with Path(path).open("rb") as file:
        while header := file.read(8):
            yield file.read(struct.unpack("<Q", header)[0])


def main(path: str) -> None:
    """Apply all frames, then print workers, tasks, events, clients, machines, objects and totals."""
    app = WebUIApp(WebGUIConfig(monitor_address=AddressConfig.from_string("tcp://127.0.0.1:1")))
    for frame in frames(path):
        app._on_monitor_message(deserialize(frame))
    app._batch_once()
    state = {
        "workers": app._workers_data,
        "processors": app._worker_processors,
        "tasks": list(app._task_log),
        "events": len(app._task_events),
        "finished": app._task_log_total,
        "clients": app._clients_data,
        "machines": app._machines_section()["machines"],
        "managers": app._worker_managers_data,
        "objects": app._objects_data,
        "objects_total": app._objects_total,
        "storage": app._storage_data,
        "stream": app._stream_section(BrowserView(), _RenderCache()),
    }
    json.dump(state, sys.stdout, default=str)


main(sys.argv[1])

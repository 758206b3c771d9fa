"""Run by upstream's Python: prints the CPU seconds of its web GUI for the frames of a file."""

import sys
import time
from pathlib import Path

from scaler.config.section.webgui import WebGUIConfig
from scaler.config.types.address import AddressConfig
from scaler.io.utility import deserialize
from scaler.ui.app import WebUIApp

app = WebUIApp(WebGUIConfig(AddressConfig.from_string("tcp://127.0.0.1:1")))
frames = []
with Path(sys.argv[1]).open("rb") as file:
    while head := file.read(8):
        frames.append(file.read(int.from_bytes(head, "little")))
begun = time.process_time()
for frame in frames:
    app._on_monitor_message(deserialize(frame))  # noqa: SLF001
app._batch_once()  # noqa: SLF001
print(time.process_time() - begun)

"""CPU seconds for decoding frames and updating the model, and for upstream's web GUI."""

from __future__ import annotations

import subprocess
import tempfile
import time
from pathlib import Path

from bench.stream import write_frames
from scaler_monitor.demo.environment import ensure_scaler_python
from scaler_monitor.model.cluster_model import ClusterModel
from scaler_monitor.wire.decoder import Decoder

CHUNK_FRAMES = 500


def our_cpu_seconds(frames: list[bytes], before: list[bytes] | None = None) -> float:
    """Return the CPU seconds for decoding and applying `frames`, after `before`, which is not measured."""
    decoder, model = Decoder(), ClusterModel(0.0)
    for frame in before or []:
        model.apply(decoder.decode(frame, 2), 0.5)
    begun = time.process_time()
    for start in range(0, len(frames), CHUNK_FRAMES):
        events = [decoder.decode(frame, 2) for frame in frames[start : start + CHUNK_FRAMES]]
        model.apply_many(events, 1.0 + start / 6000)
    return time.process_time() - begun


def upstream_gui_cpu_seconds(frames: list[bytes]) -> float:
    """Return the CPU seconds of upstream's web GUI for the same frames, without a browser."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frames"
        write_frames(path, frames)
        script = Path(__file__).with_name("upstream_gui_frames.py")
        done = subprocess.run(
            [str(ensure_scaler_python()), str(script), str(path)], capture_output=True, text=True, check=True
        )
    return float(done.stdout.split()[-1])

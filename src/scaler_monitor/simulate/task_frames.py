"""StateTask frames in bulk: pycapnp builds one template of each kind, numpy copies and patches it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.simulate.synthetic_fleet import Fleet
from scaler_monitor.wire.schema import load_generation

Bytes = NDArray[np.uint8]

TASK_ID_BYTES = 16
LENGTH_BYTES = 8  # the YMQ length prefix of each frame
_TASK_MARK = bytes(range(200, 216))
_PROFILE_MARK = bytes(range(220, 236))


class TaskFrames:
    """Builds the frames of many tasks at once, one row per frame, each with the YMQ length prefix."""

    def __init__(self, fleet: Fleet, generation: int) -> None:
        self._fleet = fleet
        self._schema = load_generation(generation)
        self._generation = generation
        ids = b"".join(fleet.workers)
        self._worker_ids = np.frombuffer(ids, np.uint8).reshape(len(fleet.workers), -1)
        self._template = cache(self._build_template)

    def build(
        self,
        state: str,
        function: int,
        task_ids: Bytes,
        *,
        workers: NDArray[np.int64] | None = None,
        profiles: Bytes | None = None,
        gpu: bool = False,
        event: str = "",
    ) -> Bytes:
        """Return k rows for the k `task_ids` (k x 16 bytes).

        `workers` are indexes, `profiles` k x 16 bytes.
        """
        row, at = self._template(state, function, workers is not None, profiles is not None, gpu, event)
        frames = np.tile(row, (len(task_ids), 1))
        frames[:, at["task"] : at["task"] + TASK_ID_BYTES] = task_ids
        if workers is not None:
            frames[:, at["worker"] : at["worker"] + self._worker_ids.shape[1]] = self._worker_ids[workers]
        if profiles is not None:
            frames[:, at["profile"] : at["profile"] + profiles.shape[1]] = profiles
        return frames

    def _build_template(
        self, state: str, function: int, has_worker: bool, has_profile: bool, gpu: bool, event: str
    ) -> tuple[Bytes, dict[str, int]]:
        message = self._schema.Message.new_message()
        task: Any = message.init("stateTask")
        task.taskId = _TASK_MARK
        task.functionName = self._fleet.functions[function]
        task.state = state
        task.worker = self._fleet.workers[0] if has_worker else b""
        capabilities = task.init("capabilities", 1 if gpu else 0)
        if gpu:
            capabilities[0].name, capabilities[0].value = "gpu", -1
        task.metadata = _PROFILE_MARK if has_profile else b""
        if self._generation == 2:
            task.objectBytes = 1000 * (function + 1)
            task.client = self._fleet.clients[function % len(self._fleet.clients)]
            task.event = event
        frame = message.to_bytes()
        row = np.frombuffer(len(frame).to_bytes(LENGTH_BYTES, "little") + frame, np.uint8)
        whole = row.tobytes()
        at = {"task": whole.index(_TASK_MARK)}
        if has_worker:
            at["worker"] = whole.index(self._fleet.workers[0])
        if has_profile:
            at["profile"] = whole.index(_PROFILE_MARK)
        return row, at

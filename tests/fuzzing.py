"""The long run of a fuzz test: seed after seed until FUZZ_SECONDS are over."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable


def fuzz_for_long(try_seed: Callable[[int], object], *, settled: int, grown_kilobytes: int) -> None:
    """Try seeds at random and say which one failed.

    The process may not grow by more than `grown_kilobytes` from its `settled`th case on, so that what C++
    holds is watched, too.
    """
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "300"))
    seeds = random.Random()
    cases = grown_from = 0
    while time.monotonic() < end:
        seed = seeds.randrange(2**64)
        try:
            try_seed(seed)
        except BaseException:
            print(f"seed {seed}, after {cases} cases")
            raise
        cases += 1
        if cases == settled:
            grown_from = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown_from
    print(f"{cases} cases, grown by {grown} kB")
    assert grown < grown_kilobytes

"""`python -m scaler_monitor.collector ADDRESS --endpoint ENDPOINT`: the collector process."""

from __future__ import annotations

import sys

from scaler_monitor.collector.collector_process import run

if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))

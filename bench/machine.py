"""What the figures were taken on: without it they say nothing."""

import os
import platform
import re
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.balance import versions as peer_versions
from bench.processor import processor
from bench.trace_c import gcc_version

PACKAGES = ("numpy", "numba", "pyarrow", "polars", "duckdb", "beancount")


def machine() -> dict[str, Any]:
    """Name it, and how busy it was when the section began."""
    memory = Path("/proc/meminfo").read_text()
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(re.search(r"MemTotal:\s*(\d+)", memory)[1]) / 2**20),
        "system": f"{platform.system()} {platform.release()}",
        "date": time.strftime("%Y-%m-%d"),
        "load_before": round(os.getloadavg()[0], 1),
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
            **peer_versions(),
            "gcc": gcc_version(),
        },
    }

"""Runs a command and prints, as JSON, how long it took, how much processor and how much memory.

    python -I -S weigh.py FILE COMMAND…    what the command prints goes to FILE

A process of its own, since Linux counts the memory of whoever started a command as the command's own
(the peak survives exec): started by a bench that holds gigabytes, `true` would weigh gigabytes. So
nothing weighs less than this file does, 10 MB.
"""

import json
import resource
import subprocess
import sys
import time

if __name__ == "__main__":
    with open(sys.argv[1], "wb") as output:  # noqa: PTH123 - pathlib alone would double the weight
        begin = time.perf_counter()
        status = subprocess.call(sys.argv[2:], stdout=output, stderr=output)
        seconds = time.perf_counter() - begin
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = {
        "status": status,
        "seconds": seconds,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_bytes": used.ru_maxrss * 1024,
    }
    print(json.dumps(answer))

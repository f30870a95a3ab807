"""One thing, once, in a process of its own, for `sections.memory` and `sections.first`.

python -m bench.once input|cairn|c POLICY SIZE SEED    hold the movements; trace them
python -m bench.once compile POLICY                    say how long a first trace takes, loading too
"""

import sys
import time

from bench.made import made

from cairn.trace.policy import Policy


def main(what: str, policy: str, size: str = "10", seed: str = "1") -> None:
    programme = made("programme", int(size), int(seed))
    begin = time.perf_counter()
    if what == "c":
        from bench.trace_c import TraceInC

        TraceInC(programme).trace(policy)
    elif what != "input":
        from cairn.trace.kernel import trace

        trace(programme.movements(), Policy(policy))
    if what == "compile":
        print(time.perf_counter() - begin)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`make bench`: run the sections asked for, print and keep the results. See README.md.

    python -m bench [--only kernel tree …] [--sizes 10000 …] [--peers 100000 …] [--seed 1]

A section that is not run keeps what it last answered in results.json.
"""

import argparse
import json
from pathlib import Path

from bench.clock import say
from bench.machine import machine
from bench.report import report
from bench.sections import SECTIONS

RESULTS = Path(__file__).with_name("results.json")
TABLE = Path(__file__).with_name("results.md")


def main() -> None:
    asked = _asked()
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in asked.only:
        on = machine()
        sizes = asked.peers if name == "balance" else asked.sizes
        answer = SECTIONS[name](sizes, asked.seed)
        results[name] = {"machine": on, "seed": asked.seed, "sizes": answer}
        # After each section: hours may be lost otherwise.
        RESULTS.write_text(json.dumps(results, indent=1) + "\n")
        TABLE.write_text(report(results))
    print(report(results))
    say(f"written to {RESULTS} and {TABLE}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only",
        nargs="+",
        choices=SECTIONS,
        default=list(SECTIONS),
        metavar="SECTION",
        help=f"of {', '.join(SECTIONS)}",
    )
    parser.add_argument(
        "--sizes",
        nargs="+",
        type=int,
        default=[10**4, 10**5, 10**6, 10**7],
        metavar="N",
        help="movements (default: ten thousand to ten million)",
    )
    parser.add_argument(
        "--peers",
        nargs="+",
        type=int,
        default=[10**5],
        metavar="N",
        help="movements for ledger, hledger and beancount, which take minutes at a million",
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()

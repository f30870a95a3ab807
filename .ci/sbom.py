# ruff: noqa: INP001 - a script, and no package
"""The software bill of materials of what an installation runs, from its lock, as CycloneDX 1.6.

    python .ci/sbom.py > sbom.json

Nothing is looked up: names, versions, hashes and who needs what stand in requirements.lock.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main() -> None:
    """Print it."""
    json.dump(sbom((ROOT / "requirements.lock").read_text()), sys.stdout, indent=1)
    sys.stdout.write("\n")


def sbom(lock: str) -> dict[str, Any]:
    """The bill of a lock's text."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "cairn", "bom-ref": "cairn"}},
        "components": list(components(lock)),
    }


def components(lock: str) -> Iterator[dict[str, Any]]:
    """Each package with every hash that is taken for it."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        found = PINNED.match(block)
        if found:
            name, version = found.groups()
            purl = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
            yield {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                # A distribution each: a wheel for every platform, and the source.
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": purl,
                        "hashes": [{"alg": "SHA-256", "content": digest}],
                    }
                    for digest in HASH.findall(block)
                ],
            }


if __name__ == "__main__":
    main()

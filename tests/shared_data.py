"""Where the data shared beside the repository lies. It is not part of it, so tests may lack it."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path: str) -> Path:
    """A file or folder of ../shared; the test is skipped where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"needs {found}, which lies beside the repository and is not in it")
    return found

"""What is pinned of the guarantees, and how it is read: `python tests/guarantees/pins.py` says what changed.

Pinned is every file of tests/guarantees/, but for lists that only grow with what was read; the list of
promises with its page; the lexicon; and each test elsewhere that a guarantee leans on.
"""

import ast
import csv
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
CHANGES = HERE / "changes.csv"
GROWS = {"reviewed.csv", "packages.csv", "allowed.csv", "changes.csv"}
"""Lists of what somebody read. What they may not let through, the tests beside them say."""
BESIDE = (
    "src/cairn/web/guarantees.py",
    "src/cairn/web/templates/public/guarantees.html",
    "src/cairn/lexicon.py",
    "src/cairn/lexicon.csv",
    "tests/browser/sweep.py",
)


@dataclass(frozen=True, slots=True)
class Pin:
    """A file, or a test of one, as it stands: its hash, and how many tests and assertions it has."""

    what: str
    digest: str
    tests: int
    asserts: int


def guarantees() -> list[Path]:
    return sorted(HERE.glob("test_[0-9][0-9]_*.py"))


def leaned_on() -> dict[str, set[str]]:
    """The tests elsewhere that guarantees lean on, by the file of the guarantee."""
    found = {}
    for path in guarantees():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "HELD_BY":
                found[path.name] = set(ast.literal_eval(node.value))
    return found


def pins() -> dict[str, Pin]:
    """Everything pinned that is here, by what it is."""
    files = [path for path in sorted(HERE.glob("*.*")) if path.name not in GROWS and path.is_file()]
    found = [_of_file(path.relative_to(ROOT).as_posix()) for path in files]
    found += [_of_file(name) for name in BESIDE]
    elsewhere = sorted({one for tests in leaned_on().values() for one in tests})
    found += [_of_test(one) for one in elsewhere if (ROOT / one.partition("::")[0]).exists()]
    return {pin.what: pin for pin in found}


def kept() -> list[dict[str, str]]:
    """Every change that was ever made, oldest first."""
    with CHANGES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _of_file(name: str) -> Pin:
    content = (ROOT / name).read_bytes()
    tree = ast.parse(content) if name.endswith(".py") else ast.Module([], [])
    return Pin(name, sha256(content).hexdigest(), *_counted(tree))


def _of_test(name: str) -> Pin:
    """By its syntax tree, so that a neighbour in its file may change."""
    path, _, called = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = next((one for one in tree.body if getattr(one, "name", "") == called), None)
    if found is None:
        return Pin(name, "gone", 0, 0)
    return Pin(name, sha256(ast.dump(found).encode()).hexdigest(), *_counted(found))


def _counted(tree: ast.AST) -> tuple[int, int]:
    nodes = list(ast.walk(tree))
    tests = [
        one for one in nodes if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    ]
    return len(tests), sum(isinstance(one, ast.Assert) for one in nodes)


def main() -> None:
    """Print a line for each change that changes.csv does not have yet."""
    last = {row["what"]: row["digest"] for row in kept()} if CHANGES.exists() else {}
    for pin in pins().values():
        if last.get(pin.what) != pin.digest:
            print(f"DAY,{pin.what},{pin.digest},{pin.tests},{pin.asserts},,WHY,WHO READ IT")  # noqa: T201 - its answer


if __name__ == "__main__":
    main()

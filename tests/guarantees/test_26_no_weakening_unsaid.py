"""Every guarantee, and every test that it leans on, is pinned by its hash; a change is said in changes.csv, and a weaker one on the public page."""

import ast
import re
import subprocess

import pytest

from cairn.web.guarantees import GUARANTEES
from guarantees.pins import CHANGES, ROOT, guarantees, kept, leaned_on, pins

HOW = (
    "say in tests/guarantees/changes.csv what changed and why, and have somebody else read it: "
    "`python tests/guarantees/pins.py` prints the lines. What is weaker is marked there by the number of "
    "its guarantee, and said to everybody by `weaker` in src/cairn/web/guarantees.py"
)


def test_each_of_the_26_has_its_file_and_each_file_its_guarantee():
    assert [one.number for one in GUARANTEES] == list(range(1, 27))
    assert [one.test for one in GUARANTEES] == [path.name for path in guarantees()]
    for one in GUARANTEES:
        assert one.test.startswith(f"test_{one.number:02}_")


def test_nothing_pinned_changed_without_a_line_that_says_so():
    last = {row["what"]: row["digest"] for row in kept()}
    changed = {what for what, pin in pins().items() if last.get(what) != pin.digest}

    assert changed == set(), HOW


def test_nothing_pinned_went_without_a_line_that_says_so():
    last = {row["what"]: row["digest"] for row in kept()}
    there = pins()
    voices = not (ROOT / "tests/voice").exists()
    gone = {
        what
        for what, digest in last.items()
        if what not in there
        and digest != "gone"
        and not (voices and what.startswith("tests/voice/"))
    }

    assert gone == set(), HOW
    assert "gone" not in {pin.digest for pin in there.values()}, (
        "a guarantee leans on a test that is not there"
    )


def test_fewer_tests_or_assertions_are_weaker_and_weaker_is_said_on_the_page():
    before: dict[str, tuple[int, int]] = {}
    weaker = set()
    for row in kept():
        counted = int(row["tests"]), int(row["asserts"])
        fewer = any(
            now < then for now, then in zip(counted, before.get(row["what"], (0, 0)), strict=True)
        )
        assert not fewer or row["weaker"], f"{row['what']} has fewer: {HOW}"
        weaker |= {int(number) for number in row["weaker"].split()}
        before[row["what"]] = counted

    assert weaker == {one.number for one in GUARANTEES if one.weaker}, HOW


def test_every_change_has_its_day_its_reason_and_who_read_it():
    assert len(kept()) >= 26
    for row in kept():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["on"]), row
        assert len(row["why"]) > 8, row
        assert row["read_by"], row


def test_nothing_stays_unread_when_the_list_goes_on():
    """Whoever wrote it is nobody. What nobody else has read yet is as new as the newest line: read it first."""
    last = {row["what"]: row for row in kept() if row["digest"] != "gone"}
    newest = max(row["on"] for row in kept())
    unread = {
        what: last[what]["on"]
        for what in pins()
        if last[what]["read_by"].lower().startswith("nobody")
    }

    assert {what for what, on in unread.items() if on < newest} == set(), (
        "read it, and add a line with your name and the same hash"
    )


def test_no_line_of_the_list_of_changes_is_ever_rewritten():
    done = subprocess.run(
        ["git", "show", f"HEAD:{CHANGES.relative_to(ROOT).as_posix()}"],  # noqa: S607 - whichever git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("no git here, or no list in its last commit")

    assert CHANGES.read_text(encoding="utf-8").startswith(done.stdout)


def test_no_guarantee_is_skipped_or_expected_to_fail():
    """But for what is about voices, in an installation without."""
    for path in guarantees():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = [
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call | ast.Attribute)
        ]
        if path.name.startswith("test_26"):
            continue
        for one in called:
            assert not re.match(r"pytest\.(mark\.)?(skip|xfail|skipif)\b", one), path
            if one.startswith("pytest.importorskip("):
                assert "'cairn.voice'" in one, path
        assert not re.search(r"pytestmark|mark\.(long|browser|faults|fuzz)", path.read_text()), path


def test_every_guarantee_says_what_its_test_does_and_can_fail():
    for path in guarantees():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = ast.get_docstring(tree) or ""
        asserts = sum(isinstance(node, ast.Assert) for node in ast.walk(tree))
        assert said.splitlines()[0].endswith("."), path
        assert asserts >= 3, path


def test_ci_runs_them_all():
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert "suite test " in run
    assert 'testpaths = ["tests"]' in settings
    assert leaned_on()["test_08_nothing_from_elsewhere.py"]
    for suite in ("browser", "long"):
        assert f"suite {suite} " in run, "a guarantee leans on it"

"""docs/facts.md is what the declarations say, docs/rights.md what the table of rights does."""

from pathlib import Path

from cairn import meanings_py, rights_md
from cairn.catalog import journal
from cairn.facts_md import page
from cairn.web import meanings

FACTS_MD = Path(__file__).parents[2] / "docs/facts.md"


def test_the_page_about_facts_does_not_lag():
    assert FACTS_MD.read_text(encoding="utf-8") == page(), "run `make docs` and commit it"


def test_the_page_about_rights_does_not_lag():
    rights = FACTS_MD.with_name("rights.md").read_text(encoding="utf-8")

    assert rights == rights_md.page(), "run `make docs` and commit it"


def test_what_forms_call_each_kind_does_not_lag():
    said = Path(meanings.__file__).read_text(encoding="utf-8")

    assert said == meanings_py.module(), "run `make docs` and commit it"


def test_the_page_leaves_no_kind_out():
    headings = [line[4:] for line in page().splitlines() if line.startswith("### ")]

    assert headings == list(journal.kinds)

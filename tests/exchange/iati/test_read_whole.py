"""Reading a file whole: whatever it holds, what is read is said and what is not is told."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.catalog import journal
from cairn.exchange.iati.read_whole import WholeReader
from cairn.reported.facts import ActivityReported

WHOLE = b"""<?xml version="1.0"?><iati-activities version="2.03"><iati-activity xml:lang="en">
<iati-identifier>A-1</iati-identifier><reporting-org ref="A"><narrative>A</narrative></reporting-org>
<title><narrative>Wells</narrative></title><description type="1"><narrative>Two</narrative></description>
<participating-org role="1" activity-id="B-1"/><activity-date type="1" iso-date="2024-01-01"/>
<sector code="14030" percentage="50"><narrative>x</narrative></sector>
<location><point><pos>41.3 76.02</pos></point></location>
<transaction ref="1"><transaction-type code="3"/><transaction-date iso-date="2024-02-01"/>
<value currency="USD" value-date="2024-02-01">12.5</value><receiver-org receiver-activity-id="C"/></transaction>
<document-link url="https://example.org/a"><category code="A02"/></document-link>
<related-activity type="1" ref="D"/><result type="1"><title><narrative>R</narrative></title>
<indicator measure="1"><baseline year="2020" value="1"/><period><period-start iso-date="2024-01-01"/>
<target value="2"/></period></indicator></result></iati-activity></iati-activities>"""

ANY = "01936f0a-0000-7000-8000-000000000013"
edits = st.lists(
    st.tuples(
        st.integers(0, len(WHOLE)),
        st.integers(0, 40),
        st.binary(max_size=12) | st.text(max_size=12).map(str.encode),
    ),
    max_size=6,
)


@given(edits)
@settings(max_examples=300)
def test_a_file_that_is_damaged_anyhow_is_read_or_refused_and_breaks_nothing(tmp_path, made):
    text = WHOLE
    for start, length, put in made:
        text = text[:start] + put + text[start + length :]
    path = tmp_path / "damaged.xml"
    path.write_bytes(text)
    found = []

    reader = WholeReader(path, found.append)
    reader.read(lambda _bytes: None)

    kept = sum(part.kind.startswith("reported.transaction") for one in found for part in one.parts)
    assert kept <= reader.source.transactions
    assert reader.source.read or reader.published.problems
    for one in found:
        _can_be_said(ActivityReported.kind, one.line, identifier=one.identifier, publisher=one.publisher, **one.said)  # fmt: skip
        for part in one.parts:
            more = {"result": ANY} if part.of else {}
            _can_be_said(part.kind, part.line, activity=ANY, **part.said, **more)


def _can_be_said(kind, line, **said):
    body = {"file": "0" * 64, "line": line, **said}
    journal.kinds[kind].model_validate_json(json.dumps(body))


def test_memory_does_not_grow_with_the_file(tmp_path):
    """What is held is the activity that is being read; of those before it a line each."""
    inside = WHOLE[WHOLE.index(b"<iati-activity ") : WHOLE.index(b"</iati-activities>")]
    path = tmp_path / "long.xml"
    copies = (inside.replace(b"A-1", f"A-{n}".encode()) for n in range(500))
    path.write_bytes(b"<iati-activities>" + b"\n".join(copies) + b"</iati-activities>")
    held = []

    reader = WholeReader(path, lambda _activity: held.append(len(reader.reading)))
    reader.read(lambda _bytes: None)

    assert held == [0] * 500
    assert len(reader.left_out.found) == 0

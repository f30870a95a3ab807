"""`cairn check iati` as a person meets it; with a small standard of the test's own."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.iati.check.official import UnusableStandardError, standard_in
from cairn.exchange.iati.check.run import Check
from iati_texts import activity, put, transaction, whole

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CAIRN = Path(sys.executable).parent / "cairn"

XSD = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <xsd:element name="{root}"><xsd:complexType><xsd:sequence>
    <xsd:element ref="{record}" maxOccurs="unbounded"/>
  </xsd:sequence><xsd:attribute name="version" use="required"/></xsd:complexType></xsd:element>
  <xsd:element name="{record}"><xsd:complexType><xsd:sequence>
    <xsd:element name="{identifier}" type="xsd:string"/>
    <xsd:element name="activity-status" minOccurs="0"><xsd:complexType>
      <xsd:attribute name="code" use="required"/></xsd:complexType></xsd:element>
    <xsd:element name="activity-date" minOccurs="0" maxOccurs="unbounded"><xsd:complexType>
      <xsd:attribute name="iso-date" type="xsd:date"/></xsd:complexType></xsd:element>
  </xsd:sequence></xsd:complexType></xsd:element>
</xsd:schema>"""
LIST = """<codelist name="ActivityStatus" complete="1"><codelist-items>
  <codelist-item><code>1</code></codelist-item>
  <codelist-item status="withdrawn"><code>9</code></codelist-item>
</codelist-items></codelist>"""
RULES = {
    "//iati-activity": {
        "date_order": {
            "cases": [
                {
                    "less": "activity-date/@iso-date",
                    "more": "NOW",
                    "ruleInfo": {"id": "11.1.4", "severity": "error", "message": "Not in future."},
                }
            ]
        }
    }
}


@pytest.fixture
def folder(tmp_path):
    """A standard of three elements, in the layout of IATI's repositories."""
    for at, text in {
        "IATI-Schemas/iati-activities-schema.xsd": XSD.format(
            root="iati-activities", record="iati-activity", identifier="iati-identifier"
        ),
        "IATI-Schemas/iati-organisations-schema.xsd": XSD.format(
            root="iati-organisations",
            record="iati-organisation",
            identifier="organisation-identifier",
        ),
        "IATI-Codelists/xml/ActivityStatus.xml": LIST,
        "IATI-Rulesets/rulesets/standard.json": json.dumps(RULES),
    }.items():
        path = tmp_path / "standard" / at
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "standard"


def said(text, folder=None):
    """The findings of a text, each as `line rule element: message`."""
    check = Check(standard_in(folder) if folder else None, now=NOW)
    stream = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return [
        f"{each.line} {each.rule} {each.element}: {each.message}" for each in check.findings(stream)
    ]


def record(inside, identifier="<iati-identifier>A-1</iati-identifier>"):
    return f'<iati-activities version="2.03">\n<iati-activity>\n{identifier}\n{inside}</iati-activity>\n</iati-activities>'


def test_each_layer_says_in_words_what_is_wrong_and_where(folder):
    text = record('<activity-status code="7"/>\n<activity-date iso-date="2031-02-03"/><title/>')

    assert said(text, folder) == [
        (
            "5 schema /iati-activities/iati-activity[1]/title: <title> does not belong at this "
            "place, where the standard expects <activity-date>: elements stand in a fixed order."
        ),
        (
            "4 ActivityStatus /iati-activities/iati-activity[1]/activity-status/@code: ‘7’ is no "
            "code of the list ActivityStatus."
        ),
        (
            "5 11.1.4 /iati-activities/iati-activity[1]/activity-date/@iso-date: Not in future. "
            "2031-02-03 is later than today."
        ),
    ]


def test_a_withdrawn_code_is_a_warning_and_the_file_valid(folder):
    check = Check(standard_in(folder), now=NOW)

    found = list(check.findings(io.BytesIO(record('<activity-status code="9"/>').encode())))

    assert [str(each.severity) for each in found] == ["warning"]
    assert check.verdict.errors == 0


@pytest.mark.parametrize(("hour", "fine"), [(9, False), (10, True)])
def test_a_day_has_come_once_it_has_begun_anywhere(folder, hour, fine):
    """What was paid this morning in China is in no future, though it is yesterday in UTC."""
    text = record('<activity-date iso-date="2026-06-02"/>').encode()

    check = Check(standard_in(folder), now=datetime(2026, 6, 1, hour, tzinfo=UTC))

    assert (list(check.findings(io.BytesIO(text))) == []) is fine


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<activity-status/>", "<activity-status> lacks its attribute code."),
        ("<activity-status code='1' a='2'/>", "an attribute that the standard does not know: a."),
        ("<activity-date iso-date='soon'/>", "is ‘soon’; it must be a date, written like 2025-06-30."),
        ("<activity-date iso-date=''/>", "The attribute iso-date of <activity-date> is empty; it"),
        ("Hello", "<iati-activity> holds text of its own; only elements may stand in it."),
    ],
)  # fmt: skip
def test_what_the_schema_says_is_put_in_words(folder, inside, words):
    assert words in "\n".join(said(record(inside), folder))


def test_the_outermost_element_is_judged_too(folder):
    found = said(
        "<iati-activities><iati-activity><iati-identifier>A</iati-identifier></iati-activity></iati-activities>",
        folder,
    )

    assert found == ["1 schema /iati-activities: <iati-activities> lacks its attribute version."]
    assert "it lacks <iati-activity>" in said('<iati-activities version="2.03"/>', folder)[0]


def test_organisation_files_are_checked_as_well(folder):
    text = '<iati-organisations version="2.03"><iati-organisation/></iati-organisations>'

    assert [line.split(": ", 1)[1] for line in said(text, folder)] == [
        "The organisation has no organisation-identifier, so nobody can refer to it.",
        "<iati-organisation> is not complete: it lacks <organisation-identifier>.",
    ]


def test_cairns_own_rules_need_no_official_files():
    text = whole(
        activity("A-1", transaction("3", value="1,5,0")),
        activity("A-1"),
        activity(""),
    )

    assert [line.split(": ", 1)[1] for line in said(text)] == [
        "This transaction cannot be read: ‘1,5,0’ is no amount, which looks like 1234.50.",
        "An activity with the identifier ‘A-1’ stood in this file before.",
        "The activity has no iati-identifier, so nobody can refer to it.",
    ]


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><iati-activities>&b;</iati-activities>'
FETCH = (
    '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><iati-activities>&a;</iati-activities>'
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("Dear all,", "This is no XML"),
        ("<html/>", "its outermost element is <html>"),
        (BOMB, "it declares entities of its own"),
        (FETCH, "it declares entities of its own"),
        ("<iati-activities>" + "<a>" * 300, "Excessive depth"),
        ("<iati-activities><iati-activity>", "The XML is damaged here"),
        (b"\xff\xfe\x00", "This is no XML"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(text, words):
    assert words in said(text)[-1]


def test_findings_before_the_damage_are_kept():
    text = '<iati-activities version="2.03"><iati-activity/>\n<iati-activity></nope>'

    assert ["no iati-identifier" in line or "damaged" in line for line in said(text)] == [
        True,
        True,
    ]


@given(st.binary(max_size=300) | st.text(alphabet="<>/=\"'!&;a[]", max_size=80).map(str.encode))
def test_no_bytes_make_it_fall_over(data):
    said(b'<iati-activities version="2.03">' + data)
    said(data)


def test_a_ruleset_with_a_rule_nobody_knows_is_refused(folder):
    path = folder / "IATI-Rulesets/rulesets/standard.json"
    path.write_text('{"//iati-activity": {"be_nice": {"cases": [{}]}}}')

    with pytest.raises(UnusableStandardError, match="a rule ‘be_nice’, which this Cairn does not"):
        standard_in(folder)


def test_a_quote_in_a_file_ends_no_text_of_a_rule(folder):
    looped = {"//iati-activity": {"loop": {"cases": [{"foreach": "a/@v", "subs": ["paths"], "do": {
        "atleast_one": {"cases": [{"paths": ["b[@v = '$1']"]}]}}}]}}}  # fmt: skip
    (folder / "IATI-Rulesets/rulesets/standard.json").write_text(json.dumps(looped))
    inside = "<a v=\"it's\"/><b v=\"it's\"/><a v=\"' or '1'='1\"/>"

    found = [line for line in said(record(inside), folder) if " atleast_one " in line]

    assert len(found) == 1


def test_a_mapping_of_the_standard_s_own_is_believed(folder):
    """IATI's repository of code lists says in mapping.xml which attribute is held to which list."""
    (folder / "IATI-Codelists/mapping.xml").write_text(
        "<mappings><mapping><path>//iati-activity/activity-date/@iso-date</path>"
        "<codelist ref=\"ActivityStatus\"/><condition>@iso-date != ''</condition></mapping></mappings>"
    )

    found = said(
        record('<activity-status code="7"/><activity-date iso-date="2020-01-01"/>'), folder
    )

    assert ["‘2020-01-01’ is no code" in line for line in found] == [True]


def cairn(*args, stdin=None, **environment):
    return subprocess.run(
        [CAIRN, "check", "iati", *map(str, args)],
        input=stdin, capture_output=True, text=True, env={"PATH": "/usr/bin", **environment},
        check=False,
    )  # fmt: skip


def test_the_command_ends_with_what_it_found(folder, tmp_path):
    good, bad = put(tmp_path, record(""), record("<title/>"))

    right = cairn(good, CAIRN_IATI_STANDARD=str(folder))
    wrong = cairn("--standard", folder, good, bad)
    neither = cairn(tmp_path / "none.xml", "--standard", folder)

    assert (right.returncode, right.stdout) == (0, f"{good}: valid IATI 2.03 (1 activity).\n")
    assert wrong.returncode == 1
    assert f"{bad}:4: error: <title> does not belong" in wrong.stdout
    assert "not valid: 1 error " in wrong.stdout
    assert neither.returncode == 2
    assert "cannot be opened" in neither.stderr


def test_without_the_official_files_nothing_is_called_valid(tmp_path):
    (good,) = put(tmp_path, record(""))

    done = cairn(good, "--dir", tmp_path)

    assert done.returncode == 2
    assert "valid" not in done.stdout
    assert "only Cairn's own rules were held: the file is well-formed XML" in done.stdout
    assert "docs/how-to/iati.md" in done.stdout


def test_the_installation_s_own_folder_is_used(folder, tmp_path):
    folder.rename(tmp_path / "iati-standard")
    (good,) = put(tmp_path, record(""))

    assert cairn(good, CAIRN_DIR=str(tmp_path)).returncode == 0


def test_stdin_comes_in_and_json_goes_out(folder):
    done = cairn("-", "--json", "--standard", folder, stdin=record("<title/>"))

    told = json.loads(done.stdout)
    (file,) = told["files"]
    assert done.returncode == 1
    assert file["findings"][0] | {"message": ""} == {
        "line": 4, "severity": "error", "layer": "schema", "rule": "schema",
        "element": "/iati-activities/iati-activity[1]/title", "record": "A-1", "message": "",
    }  # fmt: skip
    assert file["verdict"]["says"] == "invalid"
    assert told["missing"] == []


def test_memory_does_not_grow_with_the_file(folder):
    """Ten thousand activities leave no more elements behind than ten."""
    check = Check(standard_in(folder), now=NOW)
    many = "".join(
        f"<iati-activity><iati-identifier>A-{n}</iati-identifier></iati-activity>\n"
        for n in range(10_000)
    )

    found = list(
        check.findings(
            io.BytesIO(f'<iati-activities version="2.03">{many}</iati-activities>'.encode())
        )
    )

    assert found == []
    assert check.verdict.records == 10_000
    assert sum(1 for _ in check._root.iter()) == 1

"""Writes small IATI files for tests, from a table of text or from XML in the test."""

from xml.sax.saxutils import quoteattr

from cairn.exchange.follow.run import follow
from cairn.exchange.iati.read import read_files

HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'


def transaction(
    code="3", on="2020-01-01", value="100", currency="USD", provider=None, receiver=None, org=None
):
    """One transaction element of 2.x; `org` is the far end's organisation reference."""
    org = f" ref={quoteattr(org)}" if org else ""
    incoming = code in {"1", "9", "11", "13", "IF"}
    ends = ""
    if provider or (org and incoming):
        named = f" provider-activity-id={quoteattr(provider)}" if provider else ""
        ends += f"<provider-org{named}{org if incoming else ''}/>"
    if receiver or (org and not incoming):
        named = f" receiver-activity-id={quoteattr(receiver)}" if receiver else ""
        ends += f"<receiver-org{named}{'' if incoming else org}/>"
    return (
        f'<transaction><transaction-type code="{code}"/><transaction-date iso-date="{on}"/>'
        f'<value currency="{currency}">{value}</value>{ends}</transaction>'
    )


def activity(identifier, *inside, reporter="", attributes=""):
    """One activity of 2.x."""
    ref = f'<reporting-org ref="{reporter}"><narrative>{reporter}</narrative></reporting-org>'
    lines = "\n".join((f"<iati-identifier>{identifier}</iati-identifier>", ref, *inside))
    return f"<iati-activity {attributes}>\n{lines}\n</iati-activity>"


def whole(*activities, version="2.03"):
    """A file of activities."""
    inside = "\n".join(activities)
    return f'{HEADER}<iati-activities version="{version}">\n{inside}\n</iati-activities>\n'


def table(text):
    """A file from lines of `activity  type  date  amount  currency  [far end  [organisation]]`.

    The far end is an activity id, or - for none; an activity's reporter is its first letter.
    """
    rows = {}
    for line in text.strip().splitlines():
        identifier, code, on, value, currency, *far = line.split()
        named = far[0] if far and far[0] != "-" else None
        side = "provider" if code in {"1", "9", "11", "13"} else "receiver"
        ends = {side: named, "org": far[1] if len(far) > 1 else None}
        written = transaction(code, on, value, currency, **ends)
        rows.setdefault(identifier, []).append(written)
    return whole(*(activity(key, *inside, reporter=key[0]) for key, inside in rows.items()))


def put(folder, *texts):
    """Write texts to files in a folder."""
    paths = []
    for number, text in enumerate(texts, 1):
        path = folder / f"{number}.xml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths.append(path)
    return paths


def read(folder, *texts):
    """Read texts as files."""
    return read_files(put(folder, *texts))


def followed(folder, text, **options):
    """Follow what a table tells."""
    return follow(put(folder, table(text)), **options)


def reasons(published):
    """What was listed, without where."""
    return [problem.reason for problem in published.problems]


def reconciles(published):
    """Whether every transaction in the files is kept or listed."""
    lost = sum(problem.transactions for problem in published.problems)
    return sum(file.transactions for file in published.files) == len(published) + lost

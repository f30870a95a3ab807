"""PDFs for tests, written out by hand: what each holds stands in the test."""

import zlib

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<<>>>>"
DRAWN = b"0 0 1 rg 20 20 60 40 re f"


def a_pdf(
    *more: bytes,
    root: bytes = b"",
    page: bytes = PAGE,
    content: bytes | None = None,
    info: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """A PDF of one page. Its own objects are 1 to 4; `more` are those from 5 on."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % root,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(DRAWN) if content is None else content,
        *more,
    ]
    if info:
        objects.append(info)
        trailer += b"/Info %d 0 R" % len(objects)
    return written(objects, trailer)


def written(objects: list[bytes], trailer: bytes = b"") -> bytes:
    """A file of these objects, the first of which is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, said in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, said)
    start, count = len(out), len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        trailer,
        start,
    )


def stream(data: bytes, said: bytes = b"") -> bytes:
    """A stream as it is."""
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (said, len(data), data)


def deflated(data: bytes, said: bytes = b"") -> bytes:
    """A stream under deflate."""
    return stream(zlib.compress(data, 9), said + b"/Filter/FlateDecode")


def packed_away(*objects: bytes, root: bytes) -> bytes:
    """The same page, with its catalogue and more objects (5 and on) packed in a stream of objects."""
    inside = {1: b"<</Type/Catalog/Pages 2 0 R%b>>" % root}
    inside |= {5 + number: said for number, said in enumerate(objects)}
    heads, body = b"", b""
    for number, said in inside.items():
        heads += b"%d %d " % (number, len(body))
        body += said + b" "
    out, last = b"%PDF-1.7\n", max(4, *inside)
    holder, table = last + 1, last + 2
    places: dict[int, int] = {}
    plain = {
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: PAGE,
        4: stream(DRAWN),
        holder: deflated(heads + body, b"/Type/ObjStm/N %d/First %d" % (len(inside), len(heads))),
    }
    for number, said in plain.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, said)
    rows, order = b"", list(inside)
    for number in range(table + 1):
        if number in inside:
            rows += b"\2" + holder.to_bytes(4, "big") + order.index(number).to_bytes(2, "big")
        elif number == table:
            rows += b"\1" + len(out).to_bytes(4, "big") + b"\0\0"
        else:
            rows += (b"\1" if number in places else b"\0") + places.get(number, 0).to_bytes(
                4, "big"
            )
            rows += b"\0\0"
    start = len(out)
    said = b"/Type/XRef/Size %d/W[1 4 2]/Root 1 0 R" % (table + 1)
    out += b"%d 0 obj\n%b\nendobj\n" % (table, deflated(rows, said))
    return out + b"startxref\n%d\n%%%%EOF\n" % start

"""Read a paper from standard input and write its text, or the reason why not."""

import io
import logging
import re
import resource
import sys
import zipfile

from cairn.exchange.paper import MOST_SIGNS, SECONDS, PaperUnreadableError, Why

REFUSED = 3
MEMORY = 2**30
MOST_UNPACKED = 64 * 2**20
"""Of all parts of a document together."""
MOST_PAGES = 200
ENCODINGS = ("utf-8-sig", "gb18030", "utf-16")
"""How plain text is written, the likeliest first: gb18030 reads nearly anything, so it comes second."""


def main() -> int:
    """Do it; 0 with the text on standard output, or REFUSED with a reason."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()  # the readers' complaints quote the file
    try:
        answer, status = _plain(_read(sys.stdin.buffer.read())), 0
    except PaperUnreadableError as error:
        answer, status = error.why, REFUSED
    except Exception:  # noqa: BLE001 - whatever the reader stumbles over, it is no paper for us
        answer, status = Why.UNREADABLE, REFUSED
    sys.stdout.buffer.write(answer.encode())
    return status


def _read(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return _of_pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _of_docx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise PaperUnreadableError(Why.OLD_WORD)
    return _of_text(content)


def _of_text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    if b"\0" in content:
        raise PaperUnreadableError(Why.UNREADABLE)
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PaperUnreadableError(Why.UNREADABLE)


def _of_docx(content: bytes) -> str:
    """Paragraphs and cells in their order; what is unpacked is counted before it is opened."""
    from docx import Document  # noqa: PLC0415 - within the limits
    from docx.table import Table  # noqa: PLC0415 - likewise

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        if "word/document.xml" not in package.namelist():
            raise PaperUnreadableError(Why.UNREADABLE)
        if sum(one.file_size for one in package.infolist()) > MOST_UNPACKED:
            raise PaperUnreadableError(Why.TOO_LARGE)
    lines = []
    for one in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(one, Table):
            lines += [" ".join(dict.fromkeys(cell.text for cell in row.cells)) for row in one.rows]
        else:
            lines.append(one.text)
    return "\n".join(lines)


def _of_pdf(content: bytes) -> str:
    """The text of its pages; a line that goes on is put together again."""
    from pypdf import PdfReader  # noqa: PLC0415 - within the limits

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise PaperUnreadableError(Why.LOCKED)
    if len(reader.pages) > MOST_PAGES:
        raise PaperUnreadableError(Why.TOO_LONG)
    text = "\n".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"(?<=[\u3400-\u9fff，、：])\n(?=[\u3400-\u9fff“])", "", text)
    return re.sub(r"(?<=[a-z,])\n(?=[a-z])", " ", text)


def _plain(text: str) -> str:
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in text.splitlines())
    said = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    said = re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", "", said)
    if not re.search(r"\w", said):
        raise PaperUnreadableError(Why.NO_TEXT)
    if len(said) > MOST_SIGNS:
        raise PaperUnreadableError(Why.TOO_LONG)
    return said


if __name__ == "__main__":
    sys.exit(main())

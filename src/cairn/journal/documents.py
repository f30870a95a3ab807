"""Documents: PDFs, made anew from their pages before they are kept (see pdf/).

A process of its own does it, because whoever reads a hostile PDF can be kept busy, or made to fill
the memory; there it meets its limits, and what stands here stays up.
"""

import subprocess
import sys
from typing import Final

from django.utils.translation import gettext as _

from cairn.journal.pdf.why import MOST_BYTES, SECONDS, Why
from cairn.values import CairnError

MAGIC: Final = b"%PDF-"


class NotADocumentError(CairnError):
    """A PDF that cannot be kept. Nothing was kept."""


def is_document(content: bytes) -> bool:
    """Whether these bytes are to be taken for a PDF."""
    return content.startswith(MAGIC)


def made_anew(content: bytes) -> bytes:
    """A PDF with the same pages, and nothing beside them. Raises NotADocumentError."""
    if len(content) > MOST_BYTES:
        raise NotADocumentError(_said(Why.TOO_LARGE))
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "cairn.journal.pdf"],
            input=content,
            capture_output=True,
            timeout=2 * SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotADocumentError(_said(Why.TOO_MUCH)) from error
    if done.returncode == 0 and is_document(done.stdout):
        return done.stdout
    try:
        why = Why(done.stdout.decode("ascii", "replace"))
    except ValueError:
        why = Why.TOO_MUCH  # it was stopped at a limit, and could not say so
    raise NotADocumentError(_said(why))


def _said(why: Why) -> str:
    return {
        Why.UNREADABLE: _("It is no PDF that can be read: open it and print it into a new PDF."),
        Why.LOCKED: _("This PDF is locked: print it into a new PDF without a password."),
        Why.ACTIVE: _(
            "This PDF holds programs, forms that act, or other files: print it into a new PDF."
        ),
        Why.TOO_LARGE: _("This PDF is larger than {most} MB: send a smaller one.").format(
            most=MOST_BYTES // 2**20
        ),
        Why.TOO_MUCH: _("This PDF unpacks to more than is safe: print it into a new PDF."),
    }[why]

"""Read a PDF from standard input and write it anew, or the reason why not: see documents.py.

Whatever a hostile file makes the reader do ends here: in this process, after so much work, in so much memory.
"""

import logging
import resource
import sys

from cairn.journal.pdf.why import MEMORY, SECONDS, NotKeptError, Why

REFUSED = 3


def main() -> int:
    """Do it; 0 with a PDF on standard output, or REFUSED with a reason."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()  # the reader's complaints quote the file
    content = sys.stdin.buffer.read()
    try:
        from cairn.journal.pdf.pages import made_anew  # noqa: PLC0415 - within those limits

        answer, status = made_anew(content), 0
    except NotKeptError as error:
        answer, status = error.why.encode(), REFUSED
    except MemoryError:
        answer, status = Why.TOO_MUCH.encode(), REFUSED
    except Exception:  # noqa: BLE001 - whatever the reader stumbles over, it is no PDF for us
        answer, status = Why.UNREADABLE.encode(), REFUSED
    sys.stdout.buffer.write(answer)
    return status


if __name__ == "__main__":
    sys.exit(main())

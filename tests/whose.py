"""Holds every query of Cairn to saying of which programme it asks, also where there is one database.

With programmes spread over several servers such a query would find nobody's rows: see journal/spread.py.
"""

import sys
from pathlib import Path

import cairn
from cairn.journal import spread

OURS = str(Path(cairn.__file__).parent)
DRIVERS = ("/django/", "/contextlib.py", __file__, spread.__file__)


class Router(spread.Router):
    """Cairn's own; tests may look at everything there is."""

    def db_for_read(self, model, **hints):
        return self._or_a_test(super().db_for_read, model, hints)

    def db_for_write(self, model, **hints):
        return self._or_a_test(super().db_for_write, model, hints)

    def _or_a_test(self, say, model, hints):
        try:
            return say(model, **hints)
        except spread.WhoseError:
            if _asked_by_cairn():
                raise
            return spread.DEFAULT


def _asked_by_cairn():
    frame = sys._getframe(1)
    while frame and any(part in frame.f_code.co_filename for part in DRIVERS):
        frame = frame.f_back
    return frame is not None and frame.f_code.co_filename.startswith(OURS)

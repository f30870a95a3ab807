"""What no debrief may recommend and no team may leave word of: Cairn watches things and never people. Pure.

Such a sentence comes on no record: whoever writes it is told why.
"""

import re
from typing import Final

from cairn.lexicon import topics_in

WATCHING: Final = re.compile(
    r"\b(?:surveil\w*|re-?educat\w*|(?:watch|monitor|track|follow) (?:the )?(?:residents|villagers|families|people)|"
    r"informants?|home visits to check)\b"
    r"|监视|监控(?:群众|村民|家庭|人员)|盯防|盯梢|再教育|思想(?:改造|转化)|教育转化|摸排(?:群众|村民|人员)|排查(?:群众|村民|人员)|重点人员"
    r"|көзөмөлдө\w* (?:адам|тургун)"
    r"|نازارەت قىلىش|قايتا تەربىيە",
    re.IGNORECASE,
)


def refused(text: str) -> tuple[str, ...]:
    """What of people a sentence is about, as the lexicon names it; nothing where it is about things."""
    found = set(topics_in(text))
    if WATCHING.search(text):
        found.add("watching people")
    return tuple(sorted(found))

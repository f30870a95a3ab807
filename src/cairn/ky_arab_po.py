"""Writes the catalogue of Kyrgyz in Arabic letters from the Cyrillic one: `make messages`.

It is committed like the others, so that a reader of a change sees what the table made of it; a test
fails when it lags. Nobody mends a line of it: whoever mends the Cyrillic line mends both.
"""

import re
from importlib.resources import files
from pathlib import Path
from typing import Final

from cairn.kyrgyz import in_arabic

OPENING: Final = """\
# Cairn in Kyrgyz, in the Arabic letters used in China. Made by `make messages` from the Cyrillic
# catalogue and the table of src/cairn/kyrgyz.py: mend the line there.
"""
STRING: Final = re.compile(r'^(msgstr(?:\[\d+\])? )?"(.*)"$')


def main() -> None:
    """Write the catalogue."""
    folder = Path(str(files("cairn"))) / "locale"
    made = converted((folder / "ky/LC_MESSAGES/django.po").read_text("utf-8"))
    target = folder / "ky_Arab/LC_MESSAGES/django.po"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(made, "utf-8")


def converted(catalogue: str) -> str:
    """A Cyrillic catalogue with each translation in Arabic letters."""
    head, *entries = catalogue.split("\n\n")
    head = head[head.index('msgid ""') :].replace("Language: ky\\n", "Language: ky_Arab\\n")
    told = [_entry(entry) for entry in entries if not entry.lstrip().startswith("#~")]
    return OPENING + "\n\n".join([head.rstrip(), *told]).rstrip() + "\n"


def _entry(entry: str) -> str:
    lines, translated = [], False
    for line in entry.splitlines():
        string = STRING.match(line)
        translated = bool(string) and (bool(string.group(1)) or translated) if string else False
        if string and translated:
            lines.append(f'{string.group(1) or ""}"{in_arabic(string.group(2))}"')
        else:
            lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    main()

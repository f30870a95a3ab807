"""What the processor is called: a cloud gives one name to several that differ by half in speed."""

import platform
import re
import subprocess


def processor() -> str:
    """Its name with its family and model, as `lscpu` says them; else what Python knows."""
    said = subprocess.run(["lscpu"], capture_output=True, text=True, check=True).stdout
    found = dict(re.findall(r"^(Model name|CPU family|Model):\s*(.*)$", said, re.MULTILINE))
    name = found.pop("Model name", platform.machine())
    numbers = ", ".join(f"{what.split()[-1].lower()} {number}" for what, number in found.items())
    return f"{name} ({numbers})" if numbers else name

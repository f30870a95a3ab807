"""One self-contained HTML page of what was followed."""

from cairn.exchange.follow import Followed


def page(followed: Followed) -> str:
    """The page: no script, no other origin."""
    return "<!doctype html>"

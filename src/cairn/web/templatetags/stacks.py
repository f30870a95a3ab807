"""A bar of several parts as a picture, made here: a page has hundreds, and a template takes longer."""

from django import template
from django.utils.safestring import SafeString

from cairn.web.charts.stacks import WIDTH, Stack
from cairn.web.reader import reader

register = template.Library()


@register.filter
def stack(bar: Stack) -> SafeString:
    """The picture of a bar. The figures beside it say it all, so readers of text are spared it."""
    ground = WIDTH if reader().direction == "rtl" else 0
    parts = "".join(
        f'<rect class="is-{part.code}" x="{part.x}" width="{part.width}" height="20"/>'
        for part in bar
    )
    return SafeString(
        f'<svg class="stack" viewBox="0 0 {WIDTH} 20" preserveAspectRatio="none" aria-hidden="true">'
        f'{parts}<path class="axis" d="M{ground} 0V20"/></svg>'
    )

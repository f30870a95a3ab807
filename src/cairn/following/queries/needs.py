"""Needs: what places lack, and what answered it."""

from datetime import date

from cairn.following.answers import Named, Page
from cairn.following.queries.assets import pictures
from cairn.following.queries.reading import Reading, page, read, some
from cairn.following.standing import NeedRow
from cairn.programme.models import Post
from cairn.values import UnknownThingError
from cairn.works.models import Need, Project


def needs(
    *,
    programme: str,
    today: date,
    place: str | None = None,
    theme: str | None = None,
    state: str | None = None,
    start: int = 0,
    size: int | None = 50,
) -> tuple[tuple[NeedRow, ...], Page]:
    """Needs, open ones first and of these the oldest; `place` takes everything within it."""
    reading = read(programme)
    found = Need.objects.filter(programme=programme)
    if place:
        found = found.filter(place__in=reading.within(place))
    if theme:
        found = found.filter(theme=theme)
    rows = list(found.order_by("raised_on", "id"))
    projects = reading.projects(row.project for row in rows if row.project)
    states = {row.id: _state(row, projects) for row in rows}
    if state:
        rows = [row for row in rows if states[row.id] == state]
    rows.sort(key=lambda row: states[row.id] != "open")
    stretch = rows[start : None if size is None else start + size]
    return need_rows(reading, stretch, today), page(start, size or len(rows), len(rows))


def _state(need: Need, projects: dict[str, Project]) -> str:
    """How far its answer has come. One whose project was given up is open again."""
    if need.project:
        project = projects[need.project]
        if project.cancelled_on:
            return "open"
        return "met" if project.completed_on else "taken-up"
    if need.refused:
        return "refused"
    return "elsewhere" if need.elsewhere else "open"


def need_rows(reading: Reading, rows: list[Need], today: date) -> tuple[NeedRow, ...]:
    """Needs as rows."""
    projects = reading.projects(row.project for row in rows if row.project)
    posts = {row.id: row.name for row in some(Post, reading.id, {row.raised_by for row in rows})}
    shown = pictures(reading, [row.fact for row in rows])
    found = []
    for row in rows:
        state = _state(row, projects)
        until = today if state == "open" or row.answered_on is None else row.answered_on
        project = projects.get(row.project)
        found.append(
            NeedRow(
                need=Named(row.id, row.name),
                place=reading.place(row.place),
                theme=row.theme,
                raised_on=row.raised_on,
                raised_by=Named(row.raised_by, posts.get(row.raised_by, {})),
                state=state,
                days=(until - row.raised_on).days,
                answered_on=None if state == "open" else row.answered_on,
                project=Named(project.id, project.name) if project else None,
                elsewhere=row.elsewhere,
                refused=row.refused,
                picture=shown[row.fact],
            )
        )
    return tuple(found)


def follow_need(*, programme: str, need: str, today: date) -> NeedRow:
    """One need. Raises UnknownThingError."""
    reading = read(programme)
    row = Need.objects.filter(programme=programme, id=need).first()
    if row is None:
        raise UnknownThingError(f"There is no need ‘{need}’ in this programme.")
    return need_rows(reading, [row], today)[0]

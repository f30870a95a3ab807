"""Off purpose: whether money that ended in a project was meant for it.

Held against the grant's restriction (place, theme, project, until when), named or not.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cairn.following.columns import Coded, Codes, Columns, Ints
from cairn.money.models import Grant
from cairn.programme.models import Place
from cairn.trace.policy import Kind
from cairn.works.models import Project

REASONS = ("place", "theme", "project", "until")
"""What a payment can be off; reason r is the bit 1 << r."""

PLACE, THEME, PROJECT, UNTIL = (1 << bit for bit in range(4))


@dataclass(frozen=True, slots=True)
class Purposes:
    """What each grant is for: the bits that each (grant, project) pair breaks, and its last day.

    `broken[g, p]` covers grants and projects by code, `until[g]` is a day ordinal.
    """

    broken: NDArray[np.uint8]
    until: Codes

    def off(self, columns: Columns, movement: Ints, grant: Codes) -> NDArray[np.uint8]:
        """Which restrictions each attribution breaks; none but those of spends on projects."""
        rows = np.flatnonzero(columns.kind[movement] == Kind.SPEND)
        rows = rows[grant[rows] < len(self.until)]
        payment, of = movement[rows], grant[rows]
        late = columns.day[payment] > self.until[of]
        off = np.zeros(len(movement), dtype=np.uint8)
        off[rows] = self.broken[of, columns.target[payment]] | np.where(late, UNTIL, 0)
        off[rows[self.broken[of, columns.target[payment]] == NO_PROJECT]] = 0
        return off


NO_PROJECT = 255
"""Stands for an end that is no project (a fee, a repayment): nothing there can be off purpose."""

NEVER = np.iinfo(np.int32).max


def read_purposes(programme: str, coded: Coded) -> Purposes:
    """Hold every grant's restriction against every project."""
    places = dict(Place.objects.filter(programme=programme).values_list("id", "path"))
    projects = {
        project.id: project
        for project in Project.objects.filter(programme=programme).only("id", "place", "theme")
    }
    grants = {grant.id: grant for grant in Grant.objects.filter(programme=programme)}
    shape = (len(coded.grants.names), len(coded.projects.names))
    broken = np.zeros(shape, dtype=np.uint8)
    until = np.full(shape[0], NEVER, dtype=np.int32)
    for code, (name, _currency) in enumerate(coded.projects.names):
        if name not in projects:
            broken[:, code] = NO_PROJECT
    for code, (name, _currency) in enumerate(coded.grants.names):
        grant = grants.get(name)
        if grant is None:
            continue
        if grant.until:
            until[code] = grant.until.toordinal()
        if grant.places or grant.themes or grant.projects:
            broken[code] = [
                _broken(grant, projects[project], places) if project in projects else NO_PROJECT
                for project, _currency in coded.projects.names
            ]
    return Purposes(broken, until)


def _broken(grant: Grant, project: Project, places: dict[str, str]) -> int:
    path = places.get(project.place, "")
    bits = 0
    if grant.places and not any(f"/{place}/" in path for place in grant.places):
        bits |= PLACE
    if grant.themes and project.theme not in grant.themes:
        bits |= THEME
    if grant.projects and project.id not in grant.projects:
        bits |= PROJECT
    return bits

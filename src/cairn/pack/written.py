"""What the team itself wrote for the next: keys, risks, attempts, advice, and notes on lines."""

from collections import defaultdict
from functools import cached_property

from cairn.following.answers import Name, Named
from cairn.handover.models import KeysAt, TeamNote
from cairn.pack.ground import Ground
from cairn.pack.values import Advice, Keys, Risk, Tried


class Written:
    """The notes of a team that it has not taken back; and what every team here tried."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    @cached_property
    def _notes(self) -> list[TeamNote]:
        here = [one.id for one in self._ground.teams if one.place in self._ground.places]
        rows = TeamNote.objects.filter(programme=self._ground.programme, taken_back="")
        return list(rows.filter(team__in=here).order_by("said_on", "id"))

    def _own(self, sort: str) -> list[TeamNote]:
        team = self._ground.team.id
        return [row for row in self._notes if row.sort == sort and row.team == team]

    def keys(self) -> dict[str, Keys]:
        """Where the keys of each asset are, by its id."""
        assets = [row.id for row in self._ground.assets_in_use]
        rows = KeysAt.objects.filter(programme=self._ground.programme, id__in=assets)
        return {
            row.id: Keys(self._ground.reading.organisation(row.holder), row.text) for row in rows
        }

    def risks(self) -> list[Risk]:
        """What the team says may go wrong, and what to do then."""
        team = Named(self._ground.team.id, {})
        return [
            Risk("written", "team", team, None, None, "", row.name, row.then)
            for row in self._own("risk")
        ]

    def attempts(self) -> list[Tried]:
        """What a team tried here and gave up: an earlier one's is not to be tried again either."""
        return [
            Tried("attempt", "team", Named(row.team, row.name), row.said_on, row.then)
            for row in self._notes
            if row.sort == "attempt"
        ]

    def advice(self) -> tuple[Advice, ...]:
        """What the team would tell the next."""
        return tuple(
            Advice(row.name, row.said_on, self._ground.post(row.post))
            for row in self._own("advice")
        )

    def notes(self) -> dict[str, Name]:
        """What the team says of lines, by their keys; the notes to one line one after another."""
        found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for row in self._own("line"):
            for language, text in row.name.items():
                found[row.key][language].append(text)
        return {
            key: {language: "\n".join(texts) for language, texts in said.items()}
            for key, said in found.items()
        }

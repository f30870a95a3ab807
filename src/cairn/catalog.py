"""The one list of capabilities. `journal` is what they make together.

`invariants` is what `cairn check` holds them to, beside what it holds every journal to.
"""

import cairn.assets.facts
import cairn.assets.projections
import cairn.assets.rules
import cairn.handover.facts
import cairn.handover.projections
import cairn.handover.rules
import cairn.lessons.facts
import cairn.lessons.projections
import cairn.lessons.rules
import cairn.money.checks
import cairn.money.facts
import cairn.money.projections
import cairn.money.rules
import cairn.notices.facts
import cairn.notices.projections
import cairn.notices.rules
import cairn.programme.facts
import cairn.programme.projections
import cairn.programme.rules
import cairn.reported.facts
import cairn.reported.projections
import cairn.reported.rules
import cairn.requests.facts
import cairn.requests.projections
import cairn.requests.rules
import cairn.voice.facts
import cairn.voice.projections
import cairn.voice.rules
import cairn.works.facts
import cairn.works.projections
import cairn.works.rules
from cairn.journal.checks import invariants_in
from cairn.journal.journal import Journal

journal = Journal.of(
    (cairn.programme.facts, cairn.programme.rules, cairn.programme.projections),
    (cairn.money.facts, cairn.money.rules, cairn.money.projections),
    (cairn.works.facts, cairn.works.rules, cairn.works.projections),
    (cairn.assets.facts, cairn.assets.rules, cairn.assets.projections),
    (cairn.requests.facts, cairn.requests.rules, cairn.requests.projections),
    (cairn.notices.facts, cairn.notices.rules, cairn.notices.projections),
    (cairn.voice.facts, cairn.voice.rules, cairn.voice.projections),
    (cairn.lessons.facts, cairn.lessons.rules, cairn.lessons.projections),
    (cairn.handover.facts, cairn.handover.rules, cairn.handover.projections),
    (cairn.reported.facts, cairn.reported.rules, cairn.reported.projections),
)

invariants = invariants_in(cairn.money.checks)

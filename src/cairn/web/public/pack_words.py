"""The words of a pack: what is missing, what is to come, what may go wrong and what to do then."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.web.words import FINDINGS, SORTS, Words

UNSAID: Words = {
    "unknown": _("unknown"),
    "none": pgettext_lazy("nothing is there", "none"),
    "any": pgettext_lazy("nothing restricts it", "any"),
}
"""What stands where nothing is known, where there is nothing, and where nothing is restricted."""

WHEN: Words = {"overdue": _("overdue"), "in-time": _("in time")}

LINE_KINDS: Words = {
    "asset": _("Asset"),
    "project": _("Project"),
    "balance": _("Balance of an account"),
    "transit": _("Money on its way"),
    "enterprise": _("Enterprise"),
    "recommendation": _("Recommendation"),
    "notice": _("Notice"),
    "commitment": _("Commitment"),
}
"""What a line of a pack is about."""

THINGS: Words = {
    **LINE_KINDS,
    "place": _("Place"),
    "team": _("Team"),
    "grant": _("Grant"),
    "account": _("Account"),
    "need": _("Need"),
    "debrief": _("Debrief"),
    "cohort": _("Cohort"),
    "post": _("Post"),
    "organisation": _("Organisation"),
}

STEPS_NEXT: Words = {
    "approve": _("to be decided on"),
    "start": _("to be begun"),
    "milestone": _("to reach a milestone"),
    "finish": _("to be finished"),
    "say-what-is-left": _("to be said what it left"),
    "evidence": _("its payments are to be shown"),
}

BLOCKERS: Words = {**SORTS, **FINDINGS}
"""What stands in a project's way: what is overdue, or what its last inspection found."""

DOES: Words = {
    "account": _("holds an account"),
    "keeper": _("keeps assets"),
    "enterprise": _("holds an enterprise"),
    "post": _("has a post here"),
}

CONTACTS: Words = {
    "team": _("of this team"),
    "here": _("at the place"),
    "above": _("at a level above"),
    "keeper": _("of a keeper"),
    "sponsor": _("of the team's sponsor"),
    "programme": _("of the whole programme"),
}

AHEAD: Words = {
    "project-ends": _("A project is to end"),
    "milestone": _("A milestone is to be reached"),
    "service": _("Planned upkeep is due"),
    "inspect": _("Somebody is to look at it"),
    "mend": _("It is to be mended"),
    "warranty-ends": _("A warranty ends"),
    "account-for": _("An enterprise is to account for its year"),
    "spend-until": _("A grant may be spent until this day"),
    "promised": _("A recommendation is promised"),
    "notice-ends": _("A notice leaves the board"),
    "debrief": _("A debrief is planned"),
    "cohort-ends": _("The cohort ends"),
}

TRIED: Words = {
    "cancelled": _("a project was given up"),
    "left-nothing": _("a project left nothing standing"),
    "refused": _("a need was refused"),
    "closed": _("an enterprise was closed"),
    "out": _("an asset was taken out of use"),
    "attempt": _("the team tried it"),
}

GAPS: Words = {
    "location": _("about where it is"),
    "committee": _("which post of the village committee answers"),
    "township": _("which post of the township answers"),
    "strength": _("how many members it has"),
    "statement": _("what its bank states"),
    "restriction": _("what it may be used for"),
    "keeper": _("who keeps it"),
    "seen": _("how it is: nobody has seen it"),
    "picture": _("what it looks like: there is no photo"),
    "mender": _("who will mend it"),
    "upkeep": _("how often its upkeep is due"),
    "warranty": _("until when its warranty lasts"),
    "keys": _("where its keys are"),
    "ends-on": _("when it is to end"),
    "budget": _("what it may cost"),
    "milestone": _("what is to be reached next"),
    "accounts": _("what it took in and spent"),
}
"""What Cairn does not know."""

ANSWERED_BY: Words = {
    "location": _("Say about where the place is."),
    "committee": _("Open a post for the committee."),
    "township": _("Open a post for the township."),
    "statement": _("Import a statement of its bank, or state the balance."),
    "seen": _("Look at it, and say how it is."),
    "picture": _("Look at it, and take a photo."),
    "mender": _("Look at it, and say who mends it by when."),
    "upkeep": _("Plan its upkeep."),
    "keeper": _("Say who keeps it."),
    "keys": _("Say where its keys are."),
    "milestone": _("Plan a milestone."),
    "accounts": _("Account for a year."),
    "warranty": _("No form asks for it any more: write a note on its line."),
    "strength": _("No form asks for it any more."),
    "restriction": _("Nobody has restricted it. Ask its sponsor."),
    "ends-on": _("No form asks for it any more: write a note on its line."),
    "budget": _("No form asks for it any more: write a note on its line."),
}
"""What would make it known."""

RISKS: Final[dict[str, tuple[Promise, Promise]]] = {
    "warranty-ends": (
        _("If {thing} fails before {day}"),
        _("claim its warranty, which ends then; afterwards its repair is paid for here."),
    ),
    "nobody-mends": (
        _("If nobody is named who mends {thing}"),
        _("it stays as it is: agree with somebody, and record by when."),
    ),
    "keeper-leaves": (
        _("If {thing} fails and its keeper, a sponsor, has gone home"),
        _("nobody here answers for it: agree on a keeper who stays."),
    ),
    "no-upkeep": (
        _("If {thing} wears out"),
        _("nobody was told to look after it: plan its upkeep."),
    ),
    "spend-until": (
        _("If {money} of {thing} is not spent by {day}"),
        _("it is off purpose afterwards: spend it in time, or ask its sponsor now."),
    ),
    "spent-too-late": (
        _("If {money} of {thing} is spent now, after {day}"),
        _("it is off purpose: ask its sponsor what is to become of it."),
    ),
    "unexplained": (
        _("If somebody asks where {money} in {thing} came from"),
        _("no receipt says so: look for it, and record it as received."),
    ),
    "not-arrived": (
        _("If {money} sent to {thing} does not arrive"),
        _("it has been due since {day}: ask its sender, and confirm or return it."),
    ),
    "not-finished": (
        _("If {thing} is not finished"),
        _("it was to end on {day}: inspect the work, and agree on a day."),
    ),
    "over-budget": (
        _("If {thing} costs more still"),
        _("it is {money} above its budget already: have it decided on anew before paying."),
    ),
}
"""What each computed risk says: if …, then …"""

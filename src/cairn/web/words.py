"""The words that pages show for the codes that answers hold, each with what it means."""

from enum import Enum

from django.utils.functional import Promise, lazystr
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cairn.trace.policy import Kind
from cairn.values import LANGUAGE_NAMES, UNEXPLAINED

Words = dict[str, Promise]

ENDS: Words = {
    "~opening": _("opening balance"),
    "~fee": _("bank fees"),
    "~repaid": _("repaid to the sponsor"),
    "~exchange": _("another currency"),
    "~interest": _("bank interest"),
    "~between": _("in no cohort's days"),
    UNEXPLAINED: _("unexplained"),
}
"""Ends of a movement that are no thing on record."""

THEMES: Words = {
    "water": _("water"),
    "road": _("road"),
    "school": _("school"),
    "clinic": _("clinic"),
    "energy": _("energy"),
    "housing": _("housing"),
    "farming": _("farming"),
    "enterprise": _("enterprise"),
    "culture": _("culture"),
    "skills": _("skills"),
    "other": pgettext_lazy("theme", "other"),
}

PROJECT_STAGES: Words = {
    "proposed": _("proposed"),
    "approved": _("approved"),
    "started": _("started"),
    "completed": _("completed"),
    "cancelled": _("cancelled"),
}

LEVELS: Words = {
    "county": _("county"),
    "township": _("township"),
    "village": _("village"),
}

ORGANISATION_ROLES: Words = {
    "sponsor": _("sponsor"),
    "office": _("public office"),
    "committee": _("village committee"),
    "contractor": _("contractor"),
}

LEGAL_FORMS: Words = {
    "government": pgettext_lazy("organisation", "government"),
    "local-government": pgettext_lazy("organisation", "local government"),
    "other-public": pgettext_lazy("organisation", "another public body"),
    "national-ngo": pgettext_lazy("organisation", "charity or association of the country"),
    "international-ngo": pgettext_lazy("organisation", "international charity or association"),
    "foundation": pgettext_lazy("organisation", "foundation"),
    "company": pgettext_lazy("organisation", "company"),
    "university": pgettext_lazy("organisation", "university or institute"),
    "multilateral": pgettext_lazy("organisation", "body of several states"),
    "other": pgettext_lazy("organisation", "other"),
}

POST_ROLES: Words = {
    "sponsor": _("sponsor"),
    "programme-office": _("programme office"),
    "county": _("county"),
    "township": _("township"),
    "committee": _("village committee"),
    "team-leader": _("team leader"),
    "team-member": _("team member"),
    "keeper": _("keeper"),
    "auditor": _("auditor"),
    "witness": _("witness"),
}

CAPABILITIES: Words = {
    "programme": _("The programme"),
    "money": _("Money"),
    "works": _("Projects"),
    "assets": _("Assets and enterprises"),
    "requests": _("Requests and visits"),
    "notices": _("Notices"),
    "voice": _("Voices"),
    "lessons": _("What was learned"),
    "handover": _("Handover"),
    "reported": _("Reported by others"),
    "journal": _("The record itself"),
}
"""What the part of a kind before its dot is called."""

REACHES: Words = {
    "own": _("its own"),
    "subtree": _("its place and all within"),
    "programme": _("the whole programme"),
}
"""How far a post reaches."""

ROLES: Words = {
    "sponsor": pgettext_lazy("role", "sponsor"),
    "office": pgettext_lazy("role", "office"),
    "committee": pgettext_lazy("role", "committee"),
    "contractor": pgettext_lazy("role", "contractor"),
}
"""What an organisation is to a programme."""

WRONGS: Words = {
    "breach": _("breach"),
    "off purpose": _("off purpose"),
    "unexplained": _("unexplained"),
}

EXCEPTIONS: Words = {
    "unexplained": _("Unexplained"),
    "off purpose": _("Off purpose"),
    "breach": pgettext_lazy("exception", "Breach"),
    "late": _("Late"),
    "reversed": _("Reversed"),
    "backdated": _("Backdated"),
    "round": _("Runs of round amounts"),
}
"""What an auditor should look at."""

FIGURES: Words = {
    "pledged": _("Pledged"),
    "received": _("Received"),
    "standing": _("Standing"),
    "in_transit": _("In transit"),
    "spent": _("Spent"),
    "evidenced": _("Evidenced"),
    "breach": pgettext_lazy("exception", "Breach"),
    "off_purpose": _("Off purpose"),
    "unexplained": _("Unexplained"),
    "budget": _("Budget"),
}
"""What is compared between two states of a record."""

OFF_REASONS: Words = {
    "place": _("another place"),
    "theme": _("another theme"),
    "project": _("another project"),
    "until": _("too late"),
}
"""Why a payment is outside its grant's restriction."""

HAPPENED: Words = {
    "money.opening-balance-stated": _("opening balance"),
    "money.money-received": _("received"),
    "money.money-sent": _("sent"),
    "money.money-confirmed": _("confirmed"),
    "money.sending-voided": _("came back unconfirmed"),
    "money.money-moved": _("moved"),
    "money.money-returned": _("returned"),
    "money.money-repaid": _("repaid to the sponsor"),
    "money.money-spent": _("spent"),
    "money.bank-fee-charged": _("bank fee"),
    "money.interest-received": _("interest"),
    "money.money-exchanged": _("exchanged"),
    "money.movement-reversed": _("reversal"),
}
"""What a line of a statement is, by the kind of fact that recorded it."""

KINDS: Words = {
    **HAPPENED,
    "programme.programme-opened": _("programme opened"),
    "programme.policy-chosen": _("policy chosen"),
    "programme.place-added": _("place added"),
    "programme.organisation-joined": _("organisation joined"),
    "programme.organisation-identified": _("organisation identified"),
    "programme.publisher-registered": _("publisher registered"),
    "programme.publisher-withdrawn": _("publishing ended"),
    "programme.cohort-opened": _("cohort opened"),
    "programme.cohort-closed": _("cohort closed"),
    "programme.team-placed": _("team placed"),
    "programme.log-key-made": _("key of the log made"),
    "programme.log-key-rotated": _("key of the log changed"),
    "money.account-opened": _("account opened"),
    "money.grant-pledged": _("grant pledged"),
    "money.pledge-changed": _("pledge changed"),
    "money.evidence-attached": _("evidence attached"),
    "money.gift-in-kind-given": _("gift in kind"),
    "works.project-proposed": _("project proposed"),
    "works.project-approved": _("project approved"),
    "works.project-started": _("project started"),
    "works.project-completed": _("project completed"),
    "works.project-cancelled": _("project cancelled"),
}
"""What an entry is, by the kind of its fact; one that has no word here is shown by its kind."""

STEPS: Words = {
    Kind.RECEIVE.name: _("received"),
    Kind.MOVE.name: _("moved"),
    Kind.SEND.name: _("sent"),
    Kind.SPEND.name: _("spent"),
}
"""What became of a grant's money between two ends."""

CONDITIONS: Words = {
    "good": pgettext_lazy("condition", "good"),
    "worn": pgettext_lazy("condition", "worn"),
    "broken": pgettext_lazy("condition", "broken"),
    "gone": pgettext_lazy("condition", "gone"),
    "unseen": pgettext_lazy("condition", "not seen yet"),
    "out": pgettext_lazy("condition", "out of use"),
}

OVERDUE: Words = {
    "upkeep": _("upkeep overdue"),
    "mending": _("mending overdue"),
}

UPKEEP: Words = {
    "service": _("planned upkeep"),
    "repair": _("repair"),
}

FINDINGS: Words = {
    "as-planned": _("as planned"),
    "late": pgettext_lazy("finding", "late"),
    "faulty": pgettext_lazy("finding", "faulty"),
    "stopped": pgettext_lazy("finding", "stopped"),
}

NEED_STATES: Words = {
    "open": pgettext_lazy("need", "open"),
    "taken-up": pgettext_lazy("need", "taken up"),
    "met": pgettext_lazy("need", "met"),
    "elsewhere": pgettext_lazy("need", "answered elsewhere"),
    "refused": pgettext_lazy("need", "refused"),
}

FORMS: Words = {
    "shop": _("shop"),
    "cooperative": _("cooperative"),
    "workshop": _("workshop"),
    "farm": _("farm"),
    "other": pgettext_lazy("enterprise", "other"),
}

TOPICS: Words = {
    "policy": pgettext_lazy("notice", "a policy"),
    "money": pgettext_lazy("notice", "money that arrived"),
    "works": pgettext_lazy("notice", "works"),
    "health-day": pgettext_lazy("notice", "a health day"),
    "market": pgettext_lazy("notice", "a market"),
    "other": pgettext_lazy("notice", "something else"),
}
"""What a notice is about."""

NOTICE_STATES: Words = {
    "unpublished": pgettext_lazy("notice", "not published yet"),
    "to-come": pgettext_lazy("notice", "to come"),
    "in-force": pgettext_lazy("notice", "on the board"),
    "over": pgettext_lazy("notice", "over"),
    "withdrawn": pgettext_lazy("notice", "withdrawn"),
}

VERSION_STATES: Words = {
    "missing": pgettext_lazy("version", "missing"),
    "written": pgettext_lazy("version", "written"),
    "drafted": pgettext_lazy("version", "drafted, not checked"),
    "checked": pgettext_lazy("version", "checked by a speaker"),
    "published": pgettext_lazy("version", "published"),
    "withdrawn": pgettext_lazy("version", "withdrawn"),
    "stale": pgettext_lazy("version", "stale: the source has changed since"),
    "unchecked": pgettext_lazy("version", "made by a machine, not checked"),
}

MAKERS: Words = {
    "source": pgettext_lazy("version", "the source"),
    "speaker": pgettext_lazy("version", "a speaker"),
    "machine": pgettext_lazy("version", "a machine"),
}
"""Who made a version."""

LANGUAGES: Words = {code: lazystr(name) for code, name in LANGUAGE_NAMES.items()}
"""What a language calls itself: the same whoever reads it."""

ALOUD: Words = {"wanted": pgettext_lazy("notice", "yes, read by a person in each language")}

SOUGHT: Words = {
    "place": _("Place"),
    "project": _("Project"),
    "asset": _("Asset"),
    "grant": _("Grant"),
    "organisation": _("Organisation"),
    "enterprise": _("Enterprise"),
    "need": _("Need"),
    "notice": _("Notice"),
}
"""What a search finds."""

ERASED: dict[str, str] = {
    "en": "[erased]",
    "zh-hans": "［已删除］",
    "ug": "[ئۆچۈرۈلگەن]",
    "ky": "[өчүрүлгөн]",
}
"""What stands where an answer was shredded: a text in several languages, like the answer."""

SORTS: Words = {
    "confirm": _("Say what arrived"),
    "rest": _("Say what became of the rest"),
    "evidence": _("Show what was bought"),
    "reopening": _("Decide on reopening the books"),
    "approve": _("Decide on a project"),
    "finish": _("Finish a project"),
    "milestone": _("Reach a milestone"),
    "put-right": _("See that faulty work is put right"),
    "unsaid": _("Say what a project left"),
    "need": _("Answer a need"),
    "upkeep": _("Do the planned upkeep"),
    "mend": _("Mend an asset"),
    "inspect": _("Look at an asset"),
    "account-for": _("Account for an enterprise's year"),
    "answer": _("Answer a request"),
    "help": _("Do what was promised"),
    "see": _("See whether it was done"),
    "translate": _("Put a notice into a language"),
    "check": _("Check what a notice says"),
    "publish": _("Publish a notice"),
    "read-aloud": _("Record a notice being read"),
    "voice-screen": _("Look at a voice"),
    "voice-listen": _("Listen to a voice"),
    "voice-route": _("Say who answers a voice"),
    "voice-answer": _("Answer a voice"),
    "voice-promise": _("Do what a voice was promised"),
    "voice-dispute": _("Answer a disputed voice"),
    "voice-close": _("Close a voice"),
    "hold": _("Hold the debrief"),
    "minutes": _("Write the minutes"),
    "stand-by": _("Say whether that was meant"),
    "put": _("Ask somebody to answer a recommendation"),
    "recommendation": _("Answer a recommendation"),
    "carry-out": _("Do what was accepted"),
    "verify": _("See whether it was done as recommended"),
    "close": _("Close a recommendation"),
    "look": _("See whether a thing is there"),
    "claim": _("See whether what a notice says is so"),
    "hand-over": _("Begin the handover"),
    "successor": _("Say who takes over"),
    "freeze": _("Freeze what is handed over"),
    "walk": _("Answer the lines of the handover"),
    "sign-out": _("Sign what you hand over"),
    "witness": _("Witness the handover"),
    "sign-in": _("Sign what you take over"),
    "settle": _("Put right what was not taken over as it stood"),
    "take-over": _("Find who takes over"),
    "iati-ref": _("Say how IATI knows the publisher"),
    "iati-currency": _("Settle a currency that IATI does not know"),
}
"""What a commitment asks of whoever owes it, by its sort."""

WAYS: Words = {
    "money.money-confirmed": _("Confirm"),
    "money.sending-voided": _("It came back"),
    "money.payment-evidenced": _("Add a photo"),
    "money.period-reopened": _("Reopen"),
    "works.project-approved": _("Approve"),
    "works.project-completed": _("It is finished"),
    "works.project-cancelled": _("It will not be done"),
    "works.progress-inspected": _("Inspect the work"),
    "works.milestone-reached": _("It is reached"),
    "works.project-left-nothing": _("It left nothing"),
    "works.need-taken-up": _("A project answers it"),
    "works.need-met-elsewhere": _("Another programme does"),
    "works.need-refused": _("Refuse it"),
    "assets.asset-handed-over": _("Hand over an asset"),
    "assets.asset-serviced": _("It was done"),
    "assets.asset-repaired": _("It was mended"),
    "assets.asset-inspected": _("Inspect"),
    "assets.asset-taken-out-of-use": _("Out of use"),
    "assets.enterprise-accounted": _("Account for it"),
    "requests.request-accepted": _("I will do it"),
    "requests.request-done": _("It is done"),
    "requests.request-refused": _("I cannot"),
    "requests.request-passed-on": _("Pass it on"),
    "requests.request-confirmed": _("Yes, it was done"),
    "requests.request-reopened": _("No, not yet"),
    "requests.request-withdrawn": _("Withdraw it"),
    "lessons.item-put": _("Put something on the agenda"),
    "lessons.debrief-held": _("It was held"),
    "lessons.minutes-written": _("Write the minutes"),
    "lessons.recommendation-drafted": _("Draft a recommendation"),
    "lessons.recommendation-confirmed": _("That was meant"),
    "lessons.recommendation-reworded": _("Say it in other words"),
    "lessons.recommendation-dropped": _("Drop it"),
    "lessons.recommendation-merged": _("Another says the same"),
    "lessons.recommendation-themed": _("Say what it is about"),
    "lessons.recommendation-put": _("Ask somebody to answer"),
    "lessons.recommendation-answered": _("Answer it"),
    "lessons.recommendation-begun": _("We are at it"),
    "lessons.recommendation-claimed": _("It is done"),
    "lessons.recommendation-verified": _("I saw that it is done"),
    "lessons.claim-refuted": _("It is not done"),
    "lessons.recommendation-closed": _("Close it"),
    "notices.version-drafted": _("Draft it"),
    "notices.version-checked": _("It says the same"),
    "notices.version-published": _("Publish it"),
    "notices.version-recorded": _("Add a recording"),
    "notices.version-withdrawn": _("Take it down"),
    "notices.notice-rewritten": _("Change the source"),
    "notices.notice-withdrawn": _("Withdraw the notice"),
    "voice.voice-screened": _("It shows nobody"),
    "voice.voice-redacted": _("Write it anew"),
    "voice.voice-routed": _("Say who answers"),
    "voice.voice-redirected": _("Pass it on"),
    "voice.voice-answered": _("Answer it"),
    "voice.dispute-answered": _("Answer it anew"),
    "voice.voice-closed": _("Close it"),
    "voice.claim-looked-into": _("Say whether it is so"),
    "handover.handover-opened": _("Begin"),
    "handover.successor-named": _("Say who takes over"),
    "handover.side-missing": _("A side does not take part"),
    "handover.handover-withdrawn": _("Withdraw it"),
    "handover.pack-frozen": _("Freeze the pack"),
    "handover.lines-accepted": _("Accept lines"),
    "handover.plan-written": _("Write the risks and the plan"),
    "handover.outgoing-signed": _("Sign"),
    "handover.handover-witnessed": _("I was there"),
    "handover.incoming-signed": _("Sign and take over"),
    "handover.line-contested": _("Contest it"),
    "handover.exception-settled": pgettext_lazy("handover", "It was put right"),
    "handover.settlement-doubted": _("It was not put right"),
    "handover.risk-named": _("Name a risk"),
    "handover.attempt-told": _("Say what did not work"),
    "handover.advice-left": _("Leave advice"),
    "handover.keys-left": _("Say where the keys are"),
    "handover.line-noted": _("Leave a word about it"),
    "programme.organisation-identified": _("Say its identifier"),
    "programme.publisher-withdrawn": _("Stop publishing"),
}
"""The fact that answers a commitment, as a button says it."""

REQUEST_STATES: Words = {
    "open": pgettext_lazy("request", "waits for an answer"),
    "accepted": pgettext_lazy("request", "accepted"),
    "done": pgettext_lazy("request", "said to be done"),
    "refused": pgettext_lazy("request", "refused"),
    "confirmed": pgettext_lazy("request", "done"),
    "withdrawn": pgettext_lazy("request", "withdrawn"),
}

VOICE_STATES: Words = {
    "received": pgettext_lazy("voice", "nobody has looked at it"),
    "screened": pgettext_lazy("voice", "waits for a post that answers"),
    "routed": pgettext_lazy("voice", "waits for its answer"),
    "answered": pgettext_lazy("voice", "answered"),
    "disputed": pgettext_lazy("voice", "its sender says: this did not happen"),
    "closed": pgettext_lazy("voice", "closed"),
}

OUTCOMES: Words = {
    "done": pgettext_lazy("outcome", "It is done"),
    "will-be-done": pgettext_lazy("outcome", "It will be done"),
    "cannot": pgettext_lazy("outcome", "It cannot be done"),
    "not-ours": pgettext_lazy("outcome", "It is for somebody else to do"),
}
"""What an answer to a voice comes to."""

RECOMMENDATION_STATES: Words = {
    "drafted": pgettext_lazy("recommendation", "drafted"),
    "confirmed": pgettext_lazy("recommendation", "meant so; nobody is asked yet"),
    "asked": pgettext_lazy("recommendation", "waits for its answer"),
    "accepted": pgettext_lazy("recommendation", "accepted"),
    "rejected": pgettext_lazy("recommendation", "rejected"),
    "begun": pgettext_lazy("recommendation", "somebody is at it"),
    "claimed": pgettext_lazy("recommendation", "said to be done"),
    "verified": pgettext_lazy("recommendation", "done, as another saw"),
    "closed": pgettext_lazy("recommendation", "closed"),
    "dropped": pgettext_lazy("recommendation", "dropped"),
    "merged": pgettext_lazy("recommendation", "goes on with another"),
}

RECOMMENDATION_ANSWERS: Words = {
    "accepted": pgettext_lazy("recommendation", "Yes"),
    "in-part": pgettext_lazy("recommendation", "Yes, in part"),
    "rejected": pgettext_lazy("recommendation", "No"),
}

ENDINGS: Words = {
    "implemented": pgettext_lazy("recommendation", "implemented"),
    "alternative": pgettext_lazy("recommendation", "done in another way"),
    "not-implemented": pgettext_lazy("recommendation", "not implemented"),
    "no-longer-applicable": pgettext_lazy("recommendation", "no longer applicable"),
}

WORKS: Words = {
    "works": pgettext_lazy("works", "It works"),
    "does-not": pgettext_lazy("works", "It does not work"),
    "not-there": pgettext_lazy("works", "It is not there"),
}
"""What a resident says of a thing."""

CLAIMED: Words = {
    "so": pgettext_lazy("claim", "It is so"),
    "not-so": pgettext_lazy("claim", "It is not so"),
}
"""What a resident says of what a notice claims."""

FOUND: Words = {
    "so": pgettext_lazy("claim", "It is so"),
    "in-part": pgettext_lazy("claim", "It is so in part"),
    "not-so": pgettext_lazy("claim", "It is not so"),
}
"""What a post found that looked into it."""

HANDOVER_STATES: Words = {
    "opened": pgettext_lazy("handover", "begun; the pack is not frozen yet"),
    "frozen": pgettext_lazy("handover", "the pack is frozen, and being walked"),
    "accepted": pgettext_lazy("handover", "taken over"),
    "left": pgettext_lazy("handover", "nobody took over: it stays with the sponsor"),
    "withdrawn": pgettext_lazy("handover", "withdrawn"),
}

LINE_ANSWERS: Words = {
    "unanswered": pgettext_lazy("handover", "not answered yet"),
    "accepted": pgettext_lazy("handover", "accepted"),
    "excepted": pgettext_lazy("handover", "accepted but for something"),
    "refused": pgettext_lazy("handover", "refused"),
    "contested": pgettext_lazy("handover", "contested"),
}
"""What an incoming team said to a line."""

SIDES: Words = {
    "outgoing": pgettext_lazy("handover", "the team that goes"),
    "incoming": pgettext_lazy("handover", "the team that comes"),
}

MISSING: Words = {
    "late": pgettext_lazy("handover", "late"),
    "absent": pgettext_lazy("handover", "absent"),
    "refuses": pgettext_lazy("handover", "it refuses"),
}
"""Why a side takes no part."""

NOTE_SORTS: Words = {
    "risk": pgettext_lazy("handover", "Risk"),
    "attempt": pgettext_lazy("handover", "Tried"),
    "advice": pgettext_lazy("handover", "Advice"),
}
"""What a team left word of."""

SIGHTS: Words = {
    "seen": pgettext_lazy("handover", "seen"),
    "not-seen": pgettext_lazy("handover", "not seen"),
}

LINES_OF: Words = {
    "project": _("Projects"),
    "asset": _("Assets"),
    "balance": _("Balances"),
    "transit": _("Money in transit"),
    "enterprise": _("Enterprises"),
    "commitment": _("Promises"),
    "recommendation": _("Recommendations"),
    "notice": _("Notices"),
}
"""What the lines of a pack are about, by the first part of their keys."""

SEEN: Words = {
    "reach": _("a telephone number or account"),
    "number": _("the number of a document or card"),
    "mail": _("a mail address"),
    "position": _("a position on the map"),
    "name": _("somebody's name"),
}
"""What in a text could show who somebody is."""

HELPS: Words = {
    "expertise": _("somebody who knows how"),
    "repair": _("a repair"),
    "material": _("material"),
    "transport": _("transport"),
    "money": pgettext_lazy("help", "money"),
    "decision": _("a decision"),
    "explanation": _("an explanation"),
}

POLICIES: Words = {
    "grant-fifo": _("the grant that has waited longest in the account is spent first"),
    "fifo": _("money is spent in the order in which it arrived"),
    "pro-rata": _("each payment takes from all grants in the account in proportion"),
}

STAGES: tuple[tuple[str, Promise, Promise], ...] = (
    ("pledged", _("Pledged"), _("promised by sponsors")),
    ("received", _("Received"), _("entered an account from its sponsor")),
    ("sent", _("Sent"), _("left one account for another")),
    ("confirmed", _("Confirmed"), _("arrived, as its receiver says")),
    ("spent", _("Spent"), _("paid out for projects")),
    ("evidenced", _("Evidenced"), _("spent, and shown by a photo, document or inspection")),
)

GLOSSARY: tuple[tuple[Promise, Promise], ...] = (
    (_("Programme"), _("One body of work with one journal: a county's resident teams, say.")),
    (_("Grant"), _("Money promised by one sponsor for a stated purpose.")),
    (_("Restriction"), _("What a grant may be used for: place, theme, project, until when.")),
    (_("Account"), _("Where money stands: held by one organisation at one place.")),
    (_("Movement"), _("Money leaving one account for another on a date.")),
    (
        _("Stage"),
        _("How far money has come. The same money is in several stages: they are never added."),
    ),
    (_("In transit"), _("Sent, and not yet confirmed by the receiver.")),
    (_("Standing"), _("In an account: neither spent nor on its way.")),
    (_("Made of"), _("Which grants a payment's money is traced to, unit by unit.")),
    (
        _("Breach"),
        _("A payment named one grant, and money of another paid for it. Its sponsor sees it."),
    ),
    (
        _("Off purpose"),
        _("Money spent outside its grant's restriction: another place, theme or project, or late."),
    ),
    (
        _("Unexplained"),
        _("Money used that no recorded receipt accounts for. Always shown, never hidden."),
    ),
    (
        _("In kind"),
        _("Things given instead of money: valued, and never added to money."),
    ),
    (
        _("Evidence"),
        _("A photo, document or inspection that shows what a payment bought."),
    ),
    (_("Asset"), _("A thing that a project leaves standing: a well, a road, a classroom.")),
    (_("Condition"), _("Good, worn, broken or gone, as somebody saw it on a day.")),
    (_("Keeper"), _("The organisation answerable for an asset's upkeep.")),
    (_("Need"), _("What a place lacks, as a post raised it. Never about anybody in it.")),
    (
        _("Enterprise"),
        _("A shop, cooperative or workshop that a village owns. Its sums only, never per person."),
    ),
    (
        _("Notice"),
        _("Something published for residents, in several languages. It names nobody."),
    ),
    (
        _("Reversed"),
        _("Recorded by mistake. It stays on record and is counted as if it never had been."),
    ),
    (
        _("Policy"),
        _("How a payment is made up where nobody said which grant's money it is."),
    ),
    (
        _("Position"),
        _("How many facts of the journal had been counted when a page was computed."),
    ),
    (
        _("Entry"),
        _("A fact as it is written in the journal: what happened, when, who recorded it and when."),
    ),
    (
        _("Receipt"),
        _("What proves that an entry is in the public log, without this server. Keep it."),
    ),
    (
        _("Checkpoint"),
        _(
            "What the programme signs over all its facts so far: whoever keeps it can hold it to that."
        ),
    ),
    (
        _("Witness"),
        _("Somebody else who signs that every checkpoint continued the one before."),
    ),
    (
        _("As known on"),
        _("What had been recorded by the end of a day, and nothing that was recorded later."),
    ),
    (
        _("Difference"),
        _("What was recorded between two days, and how the figures changed by it."),
    ),
    (
        _("Sample"),
        _("Entries drawn by chance from a seed. The same seed draws the same for everybody."),
    ),
    (
        _("Exception"),
        _("Something that a stated rule picks out to be looked at. It is no accusation."),
    ),
)

OF_ANSWERS: dict[str, Words] = {
    "Theme": THEMES,
    "PlaceLevel": LEVELS,
    "OrganisationRole": ORGANISATION_ROLES,
    "LegalForm": LEGAL_FORMS,
    "PostRole": POST_ROLES,
    "Policy": POLICIES,
    "Step": PROJECT_STAGES,
    "Help": HELPS,
    "About": TOPICS,
    "InLanguage": LANGUAGES,
    "MadeBy": MAKERS,
    "Aloud": ALOUD,
    "Outcome": OUTCOMES,
    "Answer": RECOMMENDATION_ANSWERS,
    "Ending": ENDINGS,
    "Works": WORKS,
    "Claimed": CLAIMED,
    "Found": FOUND,
    "Side": SIDES,
    "Missing": MISSING,
    "Sight": SIGHTS,
}
"""The words for the answers that a question offers, by the class that declares them."""


def word_of(answer: Enum) -> str:
    """The word for one of the answers that a declaration offers; its code where there is none."""
    own = OF_ANSWERS.get(type(answer).__name__)
    others = (words for words in globals().values() if isinstance(words, dict))
    for words in (own,) if own else others:
        if str(answer.value) in words and words is not OF_ANSWERS:
            return str(words[str(answer.value)])
    return str(answer.value)

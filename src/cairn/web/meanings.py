"""What each kind of fact is. Written from the docstrings by `make docs`."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MEANINGS: dict[str, Promise] = {
    "journal.part-shredded": _(
        "A sealed part of an entry was erased: its value and its salt are gone, and what they name."
    ),
    "programme.programme-opened": _("A programme begins: the first fact of every journal."),
    "programme.policy-chosen": _(
        "The programme chose how a payment is made up where nobody said which grant's money it is."
    ),
    "programme.place-added": _("A county, township or village became part of the programme."),
    "programme.place-renamed": _(
        "A place is called otherwise from now on. It is the same place, and keeps its id."
    ),
    "programme.place-located": _(
        "About where a place is, for a map: to two kilometres, which is no house and no field."
    ),
    "programme.place-merged": _(
        "A village became part of another. What was recorded there stays with it, and counts for both."
    ),
    "programme.place-split": _(
        "A village became several, each added before. What was recorded there stays with it."
    ),
    "programme.organisation-joined": _(
        "A sponsor, public office, village committee or contractor takes part."
    ),
    "programme.organisation-identified": _(
        "By which identifier others know an organisation where money is published, as IATI has it."
    ),
    "programme.publisher-registered": _(
        "The programme publishes its money in IATI's format from now on, and this organisation answers for it."
    ),
    "programme.publisher-withdrawn": _(
        "The programme publishes no IATI data any more. What others copied stays with them."
    ),
    "programme.cohort-opened": _("A rotation of teams begins."),
    "programme.cohort-closed": _("A rotation of teams has ended and gone home."),
    "programme.team-placed": _(
        "A cohort's team, sent by one sponsor, took up its work in a place."
    ),
    "programme.post-opened": _(
        "A seat that acts: from now on somebody may be appointed to it. Who sits there is kept outside."
    ),
    "programme.post-closed": _(
        "A post is no more. Nobody acts as it from then on; what it recorded stays."
    ),
    "programme.second-factor-replaced": _(
        "Whoever holds a post lost what they sign in with beside the password; another post vouches."
    ),
    "programme.approval-limit-set": _(
        "A project that may cost more than this needs the approval of two from now on."
    ),
    "programme.log-key-made": _(
        "The programme's public log is signed from now on, and this is its first key."
    ),
    "programme.log-key-rotated": _(
        "The programme's public log is signed with another key from now on. Both keys say so."
    ),
    "money.account-opened": _(
        "An account in which money stands: held by one organisation at one place, in one currency."
    ),
    "money.grant-pledged": _(
        "A sponsor promises money, and may restrict it to places, themes, projects or a time."
    ),
    "money.pledge-changed": _(
        "A sponsor promises more or less than before: `amount` is the whole pledge from now on."
    ),
    "money.opening-balance-stated": _(
        "What stood in an account when Cairn was taken up, by grant where that is known."
    ),
    "money.money-received": _("Money of a grant entered an account from its sponsor."),
    "money.money-sent": _(
        "Money left one account for another. It is in transit until the receiver confirms it."
    ),
    "money.money-confirmed": _("The receiver says how much of a movement arrived."),
    "money.sending-voided": _(
        "What is left in transit of a movement never arrived and is back where it came from."
    ),
    "money.money-moved": _(
        "Money moved between two accounts of one organisation, as from the bank to the cash box."
    ),
    "money.money-returned": _(
        "Money that had arrived was given back, and is there again, as its receiver says."
    ),
    "money.money-repaid": _(
        "Money of a grant went back to its sponsor and is out of the programme."
    ),
    "money.money-spent": _("Money left the programme for good, for a project."),
    "money.payment-evidenced": _("A photo, receipt or inspection shows what a payment bought."),
    "money.evidence-attached": _(
        "A photo, receipt or inspection that shows what a payment bought, by its SHA-256."
    ),
    "money.evidence-withdrawn": _(
        "Evidence was attached by mistake: it shows another payment, or nothing."
    ),
    "money.gift-in-kind-given": _(
        "A sponsor gave things, not money: valued, and never mixed with cash."
    ),
    "money.gift-in-kind-withdrawn": _(
        "A gift in kind was recorded by mistake: nothing counts it any more. Both stay on record."
    ),
    "money.bank-fee-charged": _("A bank took a fee from an account."),
    "money.interest-received": _(
        "A bank paid interest on an account, which belongs to a grant where one is named."
    ),
    "money.money-exchanged": _(
        "Money of a grant left an account in one currency and entered another in a second."
    ),
    "money.movement-reversed": _(
        "A movement was recorded by mistake: everything is computed as if it never had been."
    ),
    "money.period-closed": _(
        "The books of an organisation are closed up to a day: all accounts that it holds."
    ),
    "money.period-reopening-asked": _(
        "A post asks that the last period of an organisation's books be opened again."
    ),
    "money.period-reopened": _(
        "A second post reopens the last period that was closed, as another had asked."
    ),
    "money.balance-stated-by-bank": _(
        "What stood in an account at the end of a day by the bank's own statement."
    ),
    "works.project-proposed": _("Somebody proposes a piece of work in a place."),
    "works.project-approved": _(
        "A proposed project may go ahead, as far as one post is concerned."
    ),
    "works.project-started": _("Work on a project began."),
    "works.project-completed": _(
        "Work on a project is finished, as somebody saw who did not do it."
    ),
    "works.project-cancelled": _(
        "A project will not be done, or not be finished. What was spent on it stays on record."
    ),
    "works.grant-budgeted": _(
        "So much of a project's budget is to come from one grant. Told once more, the later one stands."
    ),
    "works.milestone-planned": _(
        "A step of a project that can be seen from outside, and the day by which it is planned."
    ),
    "works.milestone-reached": _("A milestone was reached, as a photo or document shows."),
    "works.supplier-engaged": _(
        "An organisation was engaged for part of a project, for a sum agreed in a contract."
    ),
    "works.progress-inspected": _(
        "Somebody who does not do the work saw how it stands. Nobody claims a percentage."
    ),
    "works.project-left-nothing": _("A project leaves no asset behind, as a course does not."),
    "works.need-raised": _(
        "A post says what a place lacks: water, a road, a classroom. Of the place, never of anybody."
    ),
    "works.need-taken-up": _(
        "A project answers a need. Should the project be cancelled, the need is open again."
    ),
    "works.need-met-elsewhere": _("Another programme answers a need."),
    "works.need-refused": _("A need will not be answered, for a reason that everybody can read."),
    "works.step-taken-back": _(
        "A step of a project was recorded by mistake: the project stands as if it had not been taken."
    ),
    "assets.asset-handed-over": _(
        "A thing that a project left standing was given into the keeping of an organisation."
    ),
    "assets.keeper-changed": _("Another organisation keeps an asset from now on."),
    "assets.upkeep-planned": _(
        "How often an asset's upkeep is to be done from now on, and what that costs in a year."
    ),
    "assets.asset-inspected": _("Somebody looked at an asset, and saw in which condition it is."),
    "assets.asset-serviced": _("The planned upkeep of an asset was done."),
    "assets.asset-repaired": _(
        "An asset was repaired. Its cost is that of the payment named, from whichever account it was."
    ),
    "assets.asset-taken-out-of-use": _(
        "An asset is no more, or serves no more. Its history stays on record."
    ),
    "assets.enterprise-opened": _(
        "A shop, cooperative or workshop that a village owns took up its work."
    ),
    "assets.enterprise-accounted": _(
        "What an enterprise took in, what it cost and what it shared out, in one whole year."
    ),
    "assets.enterprise-closed": _("An enterprise ended its work."),
    "requests.request-raised": _("A post asks another for help, and says by when it is needed."),
    "requests.visit-made": _(
        "Somebody came to see a place, and says what was missing and who will help mend it."
    ),
    "requests.request-accepted": _("Whoever was asked will do it, by a day."),
    "requests.request-refused": _("Whoever was asked will not do it, for a reason."),
    "requests.request-passed-on": _(
        "It is for another post to do. The clock of an answer begins anew, its history stays."
    ),
    "requests.request-done": _(
        "Whoever was asked says that it is done. Whoever asked says whether that is so."
    ),
    "requests.request-confirmed": _(
        "It was done, as somebody saw who did not do it. That closes it."
    ),
    "requests.request-reopened": _(
        "It is not done, or the refusal does not stand: it is owed again."
    ),
    "requests.request-withdrawn": _("Whoever asked needs it no more, or asked by mistake."),
    "notices.notice-written": _(
        "A notice is written, once, in one language. Others are made out of it."
    ),
    "notices.notice-rewritten": _(
        "The source of a notice says something else from now on: versions made out of it are stale."
    ),
    "notices.notice-withdrawn": _(
        "A notice stands on no board any more, in no language. Its page says so, and why."
    ),
    "notices.version-drafted": _(
        "A notice was put into another language. It stands on no board yet."
    ),
    "notices.version-checked": _(
        "Somebody who speaks the language, and did not write it, says that it says the same."
    ),
    "notices.version-published": _(
        "A version stands on the boards of its villages, from its first day to its last."
    ),
    "notices.version-withdrawn": _("A version stands on no board any more; the others stay."),
    "notices.version-recorded": _(
        "Somebody read a version aloud, and it was recorded. With another text it is heard no more."
    ),
    "voice.category-offered": _(
        "Something that residents may say something about: things and work, never people."
    ),
    "voice.category-withdrawn": _(
        "Nobody is asked about this any more. What was said about it stays."
    ),
    "voice.clocks-set": _(
        "How long a programme may take for voices, and how long it keeps what was said."
    ),
    "voice.voice-received": _(
        "Somebody said something about a village. Who, nobody knows, and nothing here can tell."
    ),
    "voice.voice-spoken": _(
        "Somebody said something about a village, aloud. Who looks at it listens, and writes it down."
    ),
    "voice.blank-received": _(
        "Nothing was said. It stands among the voices of a day so that nobody can count those."
    ),
    "voice.voice-disputed": _(
        "Whoever holds the code of a voice says that what was answered did not happen."
    ),
    "voice.thing-confirmed": _(
        "Somebody says whether a thing works, or is there at all: once a day for each label."
    ),
    "voice.question-answered": _(
        "Somebody chose one of the answers to what a notice asks. Anybody may, more than once: it is no vote."
    ),
    "voice.claim-confirmed": _(
        "Somebody says whether what a notice claims is so: once a day for each notice and answer."
    ),
    "voice.claim-looked-into": _(
        "A post that did not write a notice looked into what it claims, and says what it found."
    ),
    "voice.voice-screened": _(
        "Somebody looked at a voice before it goes on: it shows nobody, and stays as it is."
    ),
    "voice.voice-redacted": _(
        "A voice showed who somebody is. It was written anew without, and what came first is erased."
    ),
    "voice.voice-routed": _("A post is to answer a voice."),
    "voice.voice-redirected": _("It is for another post to answer. Its clock goes on."),
    "voice.voice-answered": _(
        "A post answers, and says what it comes to. The answer is read on the board of the village."
    ),
    "voice.dispute-answered": _(
        "One level up, somebody answers anew what a sender said did not happen."
    ),
    "voice.voice-closed": _(
        "Nothing more is owed for a voice. Closed is not mended: the outcome says that."
    ),
    "lessons.debrief-called": _(
        "A cohort is to say what it learned, on a day; a post has the chair."
    ),
    "lessons.item-put": _("A post wants something to be spoken about."),
    "lessons.debrief-held": _("It took place. How many took part, and for which posts; never who."),
    "lessons.minutes-written": _(
        "What was said, as it was written down. Later minutes stand in place of earlier ones."
    ),
    "lessons.recommendation-drafted": _(
        "Something that a debrief asks somebody to do, as it was understood."
    ),
    "lessons.recommendation-reworded": _(
        "It is said in other words. Until its speaker or the chair confirms it, and not after."
    ),
    "lessons.recommendation-dropped": _("It was not meant, or nobody stands by it."),
    "lessons.recommendation-merged": _("Another recommendation says the same: it goes on there."),
    "lessons.recommendation-confirmed": _(
        "Its speaker, or the chair, says that this is what was meant."
    ),
    "lessons.theme-offered": _("What like recommendations are about: a short list of a programme."),
    "lessons.recommendation-themed": _("It is about something that others are about, too."),
    "lessons.recommendation-put": _(
        "A post is asked to answer it. Asked anew, another owes the answer, and the clock goes on."
    ),
    "lessons.recommendation-answered": _(
        "Whoever was asked says yes, yes in part, or no; why; and by when it is done."
    ),
    "lessons.recommendation-begun": _("Somebody is at it."),
    "lessons.recommendation-claimed": _("Whoever was asked says that it is done, and shows it."),
    "lessons.recommendation-verified": _("Somebody else saw that it is done."),
    "lessons.claim-refuted": _(
        "Somebody else went and saw that it is not done: whoever was asked goes on."
    ),
    "lessons.recommendation-closed": _("Nothing more is owed for it, and how it ended."),
    "handover.keys-left": _(
        "Where the keys of an asset are: at which organisation, and where there."
    ),
    "handover.risk-named": _("What may happen, and what to do then."),
    "handover.attempt-told": _("What a team tried that did not work, and why not."),
    "handover.advice-left": _("What a team would tell the one that comes after it."),
    "handover.line-noted": _("A word of the outgoing team to one line of its pack."),
    "handover.note-taken-back": _("What a team left word of is not so any more, or never was."),
    "handover.handover-opened": _(
        "A team begins to hand over what it has in hand; a post of it signs, on a day that is planned."
    ),
    "handover.successor-named": _(
        "Which team takes over, and which post of it signs. Until it did, it records nothing else."
    ),
    "handover.handover-withdrawn": _(
        "It was opened by mistake, or too early: it is as if it had not been."
    ),
    "handover.pack-frozen": _(
        "What is handed over: the pack as the journal up to a position tells it, by its hash."
    ),
    "handover.asset-sought": _(
        "On the walk both went to an asset: it was there, or not. In which condition, an inspection says."
    ),
    "handover.balance-checked": _(
        "A balance was held against a statement of the bank, or what was counted in the box."
    ),
    "handover.lines-accepted": _("The incoming team takes lines of the pack over as they stand."),
    "handover.line-excepted": _(
        "The incoming team takes a line over but for something, which the outgoing sponsor puts right."
    ),
    "handover.line-refused": _(
        "The incoming team does not take a line over: it stays with the outgoing sponsor."
    ),
    "handover.plan-written": _(
        "What the incoming team sees as the biggest risks, five at most, and what it does in thirty days."
    ),
    "handover.outgoing-signed": _(
        "The outgoing team signs what it hands over, by the hash of the pack."
    ),
    "handover.handover-witnessed": _(
        "A post of the township, or one above, was there and saw what was handed over."
    ),
    "handover.incoming-signed": _(
        "The incoming team signs what it was handed: from then on it answers for what it accepted."
    ),
    "handover.side-missing": _(
        "One side does not take its part: it is late, absent, or refuses. The handover goes on without it."
    ),
    "handover.line-contested": _(
        "Within thirty days the incoming team finds that a line it accepted is not as it was handed over."
    ),
    "handover.exception-settled": _(
        "The outgoing sponsor put right what an incoming team excepted, refused or contested."
    ),
    "handover.settlement-doubted": _(
        "What is said to have been put right is not: the outgoing sponsor still owes it."
    ),
    "reported.file-read": _(
        "An IATI file of other publishers was read. What it says are further facts that name it."
    ),
    "reported.activity-reported": _("A publisher tells of an activity."),
    "reported.organisation-reported": _(
        "An activity names an organisation: as the one that reports it, or in a role."
    ),
    "reported.transaction-reported": _(
        "A publisher says that money was promised or moved. Below zero it corrects an earlier one."
    ),
    "reported.location-reported": _(
        "Where an activity is, by its publisher's word: on a map to two kilometres, as all places are."
    ),
    "reported.document-reported": _(
        "A publisher points to a document on the web. Cairn keeps where, and not the document."
    ),
    "reported.result-reported": _(
        "What an activity is to bring about, by its publisher's word. How it is measured: its indicators."
    ),
    "reported.indicator-reported": _(
        "How a result is measured: the baseline, and for each period the target and what came of it."
    ),
    "reported.activity-vanished": _(
        "A newer version of a file no longer tells of an activity. What was told stays on record."
    ),
    "reported.statement-vanished": _(
        "A newer version of an activity no longer says something. What was said stays on record."
    ),
    "reported.name-mended": _(
        "A post says which activity a misspelt id means. The publisher's own words stay as they are."
    ),
    "reported.mending-revoked": _(
        "An id did not mean what somebody took it for. It counts again as it is written."
    ),
}

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
    "programme.organisation-joined": _(
        "A sponsor, public office, village committee or contractor takes part."
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
    "works.step-taken-back": _(
        "A step of a project was recorded by mistake: the project stands as if it had not been taken."
    ),
}

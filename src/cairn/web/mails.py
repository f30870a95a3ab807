"""What stands in a mail: how many, and links. Nothing of what is on record, of a post or a person.

A mail passes through machines that are nobody's desk. So it says neither programme nor post: that an
address belongs to one would be the first thing it gave away.

    Subject: Your worklist
    List-Unsubscribe: <https://pages.example.org/en/~desk/digest/off/…/>

    You owe: 3
    Of it overdue: 1
    …
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cairn.people.appointments import digest_of
from cairn.people.models import Digest
from cairn.web.desk.inviting import here
from cairn.worklist.queries import Counts


def confirmation(to: Digest, secret: str) -> EmailMessage:
    """Ask whoever reads the mails of an address whether they want the digest. `secret` is the link's."""
    with translation.override(to.language):
        link = _link("desk:confirm-digest", secret)
        paragraphs = [
            _("Somebody asked Cairn to send how much is on their worklist to this address."),
            _("To agree, open this page within seven days:") + f"\n{link}",
            _("If it was not you, do nothing: no further mail comes."),
        ]
        return _mail(to, _("Is this your address?"), paragraphs, secret)


def digest(to: Digest, counts: Counts, secret: str) -> EmailMessage:
    """How much stands on a worklist. `secret` is that of the link which turns the digest off."""
    with translation.override(to.language):
        worklist = _link("desk:worklist")
        off = _link("desk:turn-off-digest", secret)
        figures = [
            (_("You owe: %d"), counts.mine),
            (_("Of it overdue: %d"), counts.overdue),
            (_("Came up to you from beneath: %d"), counts.come_up),
            (_("Owed to you: %d"), counts.owed_to_me),
        ]
        paragraphs = [
            "\n".join(said % number for said, number in figures),
            _("What it is, for whoever signs in:") + f"\n{worklist}",
            _("What others owe to you:") + f"\n{worklist}?view=to-me",
            _("To have no more of these mails, without signing in:") + f"\n{off}",
        ]
        mail = _mail(to, _("Your worklist"), paragraphs, secret)
    mail.extra_headers["List-Unsubscribe"] = f"<{off}>"
    return mail


def _mail(to: Digest, subject: str, paragraphs: list[str], secret: str) -> EmailMessage:
    """One mail to one address, in plain text and nothing else.

    Its Message-ID is given, because Django would ask the network for the name of this machine. Each
    has a secret of its own, so its hash will do.
    """
    sender = settings.DEFAULT_FROM_EMAIL
    named = digest_of(f"message {secret}")[:32]
    return EmailMessage(
        subject=subject,
        body="\n\n".join(paragraphs) + "\n",
        from_email=sender,
        to=[to.address],
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<{named}@{sender.rpartition('@')[2].rstrip('>')}>",
        },
    )


def _link(route: str, *secret: str) -> str:
    return f"{here()}{reverse(route, args=secret)}"

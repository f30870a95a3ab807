"""The only private tables: who signs in, who holds which post when, and who recorded what.

None of them is public, exported or rebuilt from the journal. A user is a sign-in name and nothing
else about a person.
"""

import hashlib
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models

from cairn.journal.spread import Kept


class UserManager(BaseUserManager["User"]):
    """Finds users by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user of a sign-in name, however it was typed."""
        return self.get(sign_in_name=sign_in_name(username or ""))


def sign_in_name(typed: str) -> str:
    """A sign-in name as it is kept: without blanks around it, in one case and one form."""
    return AbstractBaseUser.normalize_username(typed.strip()).casefold()


class User(AbstractBaseUser):
    """Somebody who signs in."""

    sign_in_name = models.CharField(max_length=150, unique=True)
    last_login = None  # when somebody was here is nobody's business

    USERNAME_FIELD = "sign_in_name"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.sign_in_name


class Appointment(models.Model):
    """That a user holds a post. It stands from `starts_on` to `ends_on`, unless it ended before.

    It ends, too, with its post and with the cohort of its post: see seats.py.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    programme = models.CharField(max_length=64)
    post = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["programme", "post"], name="appointment_by_post")]

    def __str__(self) -> str:
        return f"{self.programme}/{self.post}"


class Invitation(models.Model):
    """A link that appoints whoever opens it first. `digest` is of its secret, which is kept nowhere."""

    digest = models.CharField(max_length=64, unique=True)
    programme = models.CharField(max_length=64)
    post = models.CharField(max_length=100)
    by = models.CharField(max_length=100)
    """The post that invites."""
    by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, db_index=False)
    """And who held it; none where it was made on the command line."""
    ends_on = models.DateField(null=True)
    """When the appointment is to end."""
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.programme}/{self.post}"


class Digest(models.Model):
    """That whoever holds a post is sent the counts of its worklist: see digests.py.

    The one table that asks for an address. It goes with the appointment.
    """

    appointment = models.OneToOneField(Appointment, on_delete=models.CASCADE)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=16)
    weekday = models.PositiveSmallIntegerField(null=True)
    """Monday is 1; none: every day."""
    asked_at = models.DateTimeField()
    """When it was asked for at this address."""
    confirmed_at = models.DateTimeField(null=True)
    last_on = models.DateField()
    """The last day whose mail was begun, or on which none was to be: no day's is begun twice."""
    sent_on = models.DateField(null=True)
    failed_on = models.DateField(null=True)
    """The day of the last mail, where it could not be handed over."""

    def __str__(self) -> str:
        return f"digest of {self.appointment_id}"


class DigestLink(models.Model):
    """What a mail's link does for whoever has its secret, once: confirm the address, or turn it off."""

    hashed = models.CharField(max_length=64, unique=True)
    """Of the secret, which is kept nowhere."""
    of = models.ForeignKey(Digest, on_delete=models.CASCADE)
    confirms = models.BooleanField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of {self.of_id}"


class DeviceToken(models.Model):
    """What a device shows to act as a post, in place of a session. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT)
    called = models.CharField(max_length=40)
    unlock = models.CharField(max_length=64, default="")
    """What opens the store of a phone whose PIN was forgotten: given again to its user, and no data of ours."""
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.called


class Session(AbstractBaseSession):
    """A user's session. No address and no browser is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    begun_at = models.DateTimeField()

    objects: ClassVar[BaseSessionManager[Self]] = BaseSessionManager()

    def __str__(self) -> str:
        return f"session of {self.user_id}"

    @property
    def number(self) -> str:
        """By what a page names it: its key would be the session itself."""
        return hashlib.sha256(self.session_key.encode()).hexdigest()[:16]

    @classmethod
    def get_session_store_class(cls) -> type:
        """Where its data is read and written."""
        from cairn.people.sessions import SessionStore  # noqa: PLC0415 - which needs this model

        return SessionStore


class Recording(models.Model):
    """Who recorded a fact. The journal says which post; the two-person rules need to know who.

    Triggers refuse to change or delete a row.
    """

    pk = models.CompositePrimaryKey("programme", "fact")
    programme = models.CharField(max_length=64)
    fact = models.UUIDField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    """Where programmes are spread, users stand in another database than what they recorded."""

    objects: ClassVar[Kept[Self]] = Kept()

    def __str__(self) -> str:
        return f"{self.programme}/{self.fact}"


class FormDraft(models.Model):
    """What a user had typed into a form and not recorded, as `name -> [values]`; see drafts.py."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    programme = models.CharField(max_length=64)
    post = models.CharField(max_length=100)
    form = models.CharField(max_length=64)
    """Which form: a kind of fact, or `~` and the name of another."""
    said = models.JSONField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme", "post", "form"], name="one_draft_a_form"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.user_id}"


class Failures(models.Model):
    """How often a sign-in name was tried in vain of late. By a digest of the name; no address."""

    digest = models.CharField(primary_key=True, max_length=64)
    times = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.times} times"


class Wording(models.Model):
    """Another wording of a line that a machine translated, as a speaker proposed it: see wordings.py."""

    language = models.CharField(max_length=16)
    source = models.TextField()
    """The line in English, by which the catalogue knows it."""
    context = models.CharField(max_length=64)
    form = models.PositiveSmallIntegerField()
    """Which of its plural forms."""
    wording = models.TextField()
    proposed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="proposed", db_index=False
    )
    proposed_at = models.DateTimeField()
    taken = models.BooleanField(null=True)
    """Whether another user approved it; nothing as long as nobody has decided."""
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="decided", db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["language", "taken"], name="wordings_taken")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(taken=True) | ~models.Q(decided_by=models.F("proposed_by")),
                name="wording_taken_by_another",
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.source[:40]}"


class FilesSent(models.Model):
    """How many files a post sent on a day (UTC), and how many bytes: see quota.py."""

    pk = models.CompositePrimaryKey("programme", "post", "day")
    programme = models.CharField(max_length=64)
    post = models.CharField(max_length=100)
    day = models.DateField()
    files = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.programme}/{self.post} {self.day}"

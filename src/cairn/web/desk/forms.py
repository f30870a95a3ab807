"""The forms of the desk. Those for signing in are allauth's, in Cairn's words and with its throttle."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.people import throttle
from cairn.people.appointments import digest_of
from cairn.people.models import User, sign_in_name

NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
CODES_KEPT = 4
"""Codes of an app that are remembered as used: one is good for a minute and a half, three in a row."""


class SignIn(LoginForm):  # type: ignore[misc]  # allauth has no types
    """Sign-in name and password."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **more)
        self.fields["login"].label = _("Sign-in name")
        self.fields["login"].widget.attrs = {**NAME, "autofocus": True}
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].help_text = ""


class _OnceOnly:
    """A code from an app counts once, whichever process is asked, and a guesser must rest."""

    def clean_code(self) -> str:
        user: User = self.user  # type: ignore[attr-defined]
        name, now = f"code {user.pk}", timezone.now()
        if throttle.must_rest(name, now=now):
            raise ValidationError(_("Too many attempts. Wait a while, then try again."))
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            self.authenticator.data = use_up(self.authenticator.pk, code)  # type: ignore[attr-defined]
        except ValidationError:
            throttle.failed(name, now=now)
            raise
        throttle.succeeded(name)
        return code


def use_up(factor: int, code: str) -> dict[str, Any]:
    """Remember that a code of an app was used; what is kept of the app. Raises ValidationError.

    Allauth remembers used codes in a process's memory, and for half a minute only.
    """
    used = digest_of("".join(code.split()))
    with transaction.atomic():
        found = Authenticator.objects.select_for_update().get(pk=factor)
        if found.type == Authenticator.Type.TOTP:
            before = found.data.get("used", [])
            if used in before:
                raise get_adapter().validation_error("incorrect_code")
            found.data["used"] = [*before, used][-CODES_KEPT:]
            found.save(update_fields=["data"])
    kept: dict[str, Any] = found.data
    return kept


class Code(_OnceOnly, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The code that completes a sign-in."""


class CodeAgain(_OnceOnly, ReauthenticateForm):  # type: ignore[misc]  # likewise
    """The code that shows that the user is still there."""


class NewPasskey(AddWebAuthnForm):  # type: ignore[misc]  # likewise
    """A passkey, in words for somebody who has never had one."""

    def __init__(self, *args: Any, **more: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **more)
        self.fields["name"].label = _("What do you call it?")
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone, without the password")
        alone.help_text = _("It asks for your finger, face or code each time.")


class NewUser(forms.Form):
    """What an invitation asks of somebody new."""

    sign_in_name = forms.CharField(
        label=_("Sign-in name"),
        help_text=_("An e-mail address, or any name. Only those who appoint you see it."),
        max_length=150,
        widget=forms.TextInput(NAME),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_(
            "Twelve signs or more; three or four words that do not belong together are good."
        ),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_sign_in_name(self) -> str:
        """In the form in which it is kept, and free."""
        name = sign_in_name(self.cleaned_data["sign_in_name"])
        if User.objects.filter(sign_in_name=name).exists():
            raise ValidationError(
                _("Choose another name; or, if this is yours, use the other form.")
            )
        return name

    def clean(self) -> dict[str, Any]:
        """A password that nobody guesses."""
        said = super().clean() or {}
        if "password" in said:
            user = User(sign_in_name=said.get("sign_in_name", ""))
            try:
                validate_password(said["password"], user)
            except ValidationError as error:
                self.add_error("password", error)
        return said


class KnownUser(forms.Form):
    """What an invitation asks of somebody who signs in already."""

    sign_in_name = forms.CharField(
        label=_("Sign-in name"), max_length=150, widget=forms.TextInput(NAME)
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class Device(forms.Form):
    """What a device is called, so that its owner knows which to revoke."""

    called = forms.CharField(
        label=_("What do you call the device?"),
        help_text=_("Such as: phone, old tablet."),
        max_length=40,
    )


class Invite(forms.Form):
    """For how long somebody is invited to a post."""

    ends_on = forms.DateField(
        label=_("Until when, if it ends by itself?"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )

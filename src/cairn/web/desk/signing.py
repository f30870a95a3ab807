"""How users sign in, by allauth: who may, how often, and what is kept of it."""

import base64
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.messages import ERROR
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.catalog import journal
from cairn.people import throttle
from cairn.people.factors import has_factor
from cairn.people.seats import Held, held_by
from cairn.people.sessions import BEGUN, SEEN
from cairn.web.desk.asking import user_of


class Backend(ModelBackend):
    """Knows users by sign-in name and password, as long as they hold a post.

    Whoever holds none is nobody here: the password of an outgoing team opens nothing, and a session
    of theirs is nobody's. An unknown name costs the same work as a wrong password.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:  # type: ignore[override]
        """Whether a user holds any post now."""
        return user is not None and _holds_any(user)


def held_of(user: AbstractBaseUser) -> Held:
    """What a user holds now, as `held_by`: a request loads its user once, and asks this of it once."""
    held: Held | None = getattr(user, "held", None)
    if held is None:
        held = user.held = held_by(user.pk, journal=journal, now=timezone.now())  # type: ignore[attr-defined]
    return held


def _holds_any(user: AbstractBaseUser) -> bool:
    """Whether they hold a post, or may hold one whose programme is out of reach: it lets them no further."""
    return any(held_of(user))


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Nobody signs up, nothing is mailed, and no address is asked for."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("This sign-in name and password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Wait a while, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Only an invitation makes a user."""
        del request
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        """Let a name rest that was tried too often. Raises ValidationError."""
        del request
        if throttle.must_rest(str(credentials.get("username")), now=timezone.now()):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:  # noqa: ANN401
        """Try a password, and count where it was in vain."""
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        name = str(credentials.get("username"))
        if user is None:
            throttle.failed(name, now=timezone.now())
        else:
            throttle.succeeded(name)
        return user

    def pre_login(
        self,
        request: HttpRequest,
        user: AbstractBaseUser,
        **more: Any,  # noqa: ANN401 - allauth's
    ) -> HttpResponse | None:
        """A passkey of somebody without a post opens nothing either."""
        del request, more
        return None if _holds_any(user) else redirect("account_login")

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:  # noqa: ANN401
        """Second factors are changed by whoever signed in a moment ago, not only by asking twice."""
        del app, more
        return not signed_in_lately(self.request)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin a session, under a key that nobody had before."""
        super().login(request, user)
        request.session.cycle_key()
        at = timezone.now().timestamp()
        request.session[BEGUN] = request.session[SEEN] = at

    def add_message(self, request: HttpRequest, level: int, *args: Any, **more: Any) -> None:  # noqa: ANN401
        """Pages say by themselves what they did; only what went wrong is passed on."""
        if level >= ERROR:
            super().add_message(request, level, *args, **more)

    def send_mail(self, *_args: Any, **_more: Any) -> None:  # noqa: ANN401
        """Send nothing: a sign-in name need not be an address."""

    def send_notification_mail(self, *_args: Any, **_more: Any) -> None:  # noqa: ANN401
        """Likewise."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Nobody's address is asked for."""
        del request
        return ""


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether the user showed a password, code or passkey in this session a moment ago."""
    records = get_authentication_records(request, request.user)
    last = max((float(record["at"]) for record in records), default=0.0)
    return timezone.now().timestamp() - last < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def factor_shown(request: HttpRequest) -> bool:
    """Whether a second factor, which there still is, was shown in this session."""
    records = get_authentication_records(request, request.user)
    shown = any(record.get("method") == "mfa" for record in records)
    return shown and has_factor(user_of(request))


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # likewise
    """Second factors, their secrets encrypted: a copy of the database alone makes no codes."""

    def encrypt(self, text: str) -> str:
        """Encrypt the secret of an authenticator app."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read it again. After a restore without the installation's secret no code fits any more."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _fernet() -> Fernet:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"cairn second factors")
    return Fernet(base64.urlsafe_b64encode(hkdf.derive(settings.SECRET_KEY.encode())))

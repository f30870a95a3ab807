"""Opening an invitation: somebody new chooses a name and a password; somebody known signs in."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth import hashers
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cairn.catalog import journal
from cairn.people import throttle
from cairn.people.appointments import InvitationError, accept, digest_of, invitation
from cairn.people.models import User
from cairn.people.seats import open_post
from cairn.web.desk.forms import KnownUser, NewUser


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The page of an invitation's link. It works once."""
    now = timezone.now()
    try:
        found = invitation(secret, journal=journal, now=now)
    except InvitationError as error:
        return render(request, "desk/not_invited.html", {"why": str(error)}, status=404)
    post, _rows = open_post(found.programme, found.post, journal=journal, now=now)
    known = "known" in request.POST
    newcomer = NewUser(request.POST if request.method == "POST" and not known else None)
    member = KnownUser(request.POST if known else None, prefix="known")
    if request.method == "POST":
        # A guesser of names is a guesser, too.
        if throttle.must_rest(digest_of(secret), now=now):
            (member if known else newcomer).add_error(
                None, _("Too many attempts. Wait a while, then try again.")
            )
        elif (member if known else newcomer).is_valid():
            answer = _known(secret, member) if known else _new(request, secret, newcomer)
            if answer:
                return answer
        throttle.failed(digest_of(secret), now=now)
    context = {
        "newcomer": newcomer,
        "member": member,
        "post": post,
        "programme_id": found.programme,
    }
    return render(request, "desk/invited.html", context)


def _new(request: HttpRequest, secret: str, form: NewUser) -> HttpResponseBase:
    """Make the user, appoint them, sign them in."""
    name, password = form.cleaned_data["sign_in_name"], form.cleaned_data["password"]
    user = User(sign_in_name=name)
    user.set_password(password)
    user.save()
    accept(secret, user, journal=journal, now=timezone.now())
    answer: HttpResponseBase = perform_password_login(request, {"username": name}, Login(user=user))
    return answer


def _known(secret: str, form: KnownUser) -> HttpResponseBase | None:
    """Appoint somebody who knows their password; they sign in as always, second factor and all."""
    name, password = form.cleaned_data["sign_in_name"], form.cleaned_data["password"]
    now = timezone.now()
    user = None
    if not throttle.must_rest(name, now=now):
        user = _with_password(name, password)
    if user is None:
        throttle.failed(name, now=now)
        form.add_error(None, _("This sign-in name and password do not belong together."))
        return None
    accept(secret, user, journal=journal, now=now)
    return redirect("account_login")


def _with_password(name: str, password: str) -> User | None:
    """A user who knows the password, even one who holds no post: that is what the link is for."""
    try:
        user = User.objects.get_by_natural_key(name)
    except User.DoesNotExist:
        hashers.make_password(password)  # the same work as for a name that there is
        return None
    return user if user.check_password(password) else None

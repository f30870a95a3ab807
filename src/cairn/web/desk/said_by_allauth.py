"""What allauth's forms say at the desk, for our catalogues: allauth itself has no Uyghur."""

from typing import Final

from django.utils.translation import gettext_noop as _

SAID: Final = (
    _("Authenticator code"),
    _("Backup key"),
    _("Code"),
    _("Current Password"),
    _(
        "Enabling passwordless operation allows you to sign in using just this key, but imposes additional requirements such as biometrics or PIN protection."
    ),
    _("Incorrect code."),
    _("Incorrect password."),
    _("Master key"),
    _("New Password"),
    _("New Password (again)"),
    _("Passwordless"),
    _("Please type your current password."),
    _("You must type the same password each time."),
)

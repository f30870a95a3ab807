"""Every sentence that the field app says by itself: front/field/app/ asks for them by their English.

A test holds this list and the app's sources together.
"""

from django.utils.translation import gettext_noop as _

MESSAGES = (
    _("This must be answered."),
)

"""What no password may be, beside too short, common, all digits or like the sign-in name."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class NoRepetition:
    """Refuses a short word written again and again: twelve signs of it are no longer to guess."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        del user
        # A text made of a repeated piece is found in itself, written twice, before its second half.
        if password and (password + password).find(password, 1) < len(password):
            raise ValidationError(_("This repeats one piece; choose words that differ."))

    def get_help_text(self) -> str:
        """What a form says beforehand."""
        return _("It must not repeat one piece.")

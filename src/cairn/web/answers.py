"""What the questions of a fact are answered with: amounts, texts in several languages, pictures, choices."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.journal import files, pictures
from cairn.journal.documents import NotADocumentError
from cairn.journal.pictures import NotAPictureError
from cairn.journal.recordings import NotARecordingError, is_recording
from cairn.journal.sound.why import MOST_BYTES as MOST_BYTES_HEARD
from cairn.values import (
    LANGUAGE_NAMES,
    LANGUAGES,
    MAX_MINOR,
    RIGHT_TO_LEFT,
    AmountError,
    Money,
    Text,
    UnknownCurrencyError,
)

MESSAGES = {
    "required": gettext_lazy("This must be answered."),
    "invalid_choice": gettext_lazy("Choose one of those offered."),
    "invalid": gettext_lazy("This is not written as it must be; look at the hint."),
    "max_length": gettext_lazy("This is too long."),
}
FEW = 7
"""So many choices stand side by side; more are a list to choose from."""


def line() -> forms.TextInput:
    """One line of text, which no browser remembers."""
    return forms.TextInput({"autocomplete": "off", "dir": "auto"})


def day(latest: date | None = None) -> forms.DateInput:
    """A day, not after `latest`."""
    attributes = {"type": "date"} | ({"max": latest.isoformat()} if latest else {})
    return forms.DateInput(attributes, format="%Y-%m-%d")


def one_of(codes: Iterable[str]) -> forms.TextInput:
    """A code, of which some are known."""
    del codes
    return forms.TextInput({"autocomplete": "off", "spellcheck": "false", "maxlength": 3})


class Plain(forms.CharField):
    """A text. What it may hold its declaration says. Browsers send the ends of its lines as CR LF."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's
        """The text with LF alone."""
        said = super().to_python(value)
        return said.replace("\r\n", "\n") if isinstance(said, str) else said


def choice(found: list[tuple[str, str]], *, many: bool, **about: Any) -> forms.Field:  # noqa: ANN401
    """One of these, or several."""
    if many:
        boxes = forms.CheckboxSelectMultiple({"class": "boxes"})
        widget = boxes if len(found) <= FEW * 2 else forms.SelectMultiple({"size": 8})
        return forms.MultipleChoiceField(choices=found, widget=widget, **about)
    only = len(found) == 1 and about["required"]
    nothing = [] if only else [("", _("— choose —") if about["required"] else _("— none —"))]
    return forms.ChoiceField(choices=[*nothing, *found], widget=Choice, **about)


class Choice(forms.Select):
    """A list to choose from. Django's would be drawn by a template for each of hundreds of choices."""

    template_name = "desk/choice.html"


# Money


class Several(forms.MultiWidget):
    """Inputs that make one answer together. The question is the first one's label."""

    use_fieldset = False

    def id_for_label(self, id_: str) -> str:
        """The id of the first."""
        return f"{id_}_0" if id_ else id_


class AmountInput(Several):
    """An amount, and its currency beside it."""

    template_name = "desk/amount.html"

    def __init__(self, currencies: tuple[str, ...]) -> None:
        known = [(code, code) for code in currencies]
        said = {"inputmode": "decimal", "autocomplete": "off", "class": "money"}
        code = {"aria-label": gettext_lazy("Currency"), "class": "currency"}
        currency = (
            forms.Select(code, choices=known)
            if known
            else forms.TextInput({**code, "maxlength": 3, "spellcheck": "false"})
        )
        super().__init__({"": forms.TextInput(said), "currency": currency})

    def decompress(self, value: Money | None) -> list[str | None]:
        """Never asked: a form here always has what was typed."""
        return [str(value), None] if value else [None, None]


class Amount(forms.MultiValueField):
    """An amount in one of the currencies that the programme's accounts are kept in."""

    def __init__(self, *, currencies: tuple[str, ...], **about: Any) -> None:  # noqa: ANN401
        parts = (forms.CharField(required=False), forms.CharField(required=False))
        widget = AmountInput(currencies)
        super().__init__(parts, widget=widget, require_all_fields=False, **about)

    def clean(self, value: Any) -> Money | None:  # noqa: ANN401 - what the inputs hold
        """The amount; nothing where nothing was typed."""
        typed, currency = [str(part or "").strip() for part in (value or ["", ""])]
        if not typed:
            if self.required:
                raise ValidationError(str(MESSAGES["required"]))
            return None
        return _money(typed, currency.upper())


def _money(typed: str, currency: str) -> Money:
    """An amount as people write it: 1,234.50, １２３４.５０, 1 234.50; in Kyrgyz 1 234,50."""
    text = unicodedata.normalize("NFKC", typed).replace("，", ",")
    if re.fullmatch(r"(\d+|\d{1,3}( \d{3})+),\d{1,2}", text):
        text = text.replace(" ", "").replace(",", ".")
    if re.fullmatch(r"\d{1,3}([, ]\d{3})+(\.\d+)?", text):
        text = re.sub("[, ]", "", text)
    try:
        return Money.of(text, currency)
    except UnknownCurrencyError as error:
        message = _("‘{code}’ is not a currency; write one like CNY.")
        raise ValidationError(message.format(code=currency)) from error
    except AmountError as error:
        message = _("‘{typed}’ is not an amount of {currency}; write it like 1234.50")
        raise ValidationError(message.format(typed=typed[:40], currency=currency)) from error
    except ValueError as error:
        message = _("An amount is more than nothing, and at most {most}.")
        raise ValidationError(message.format(most=f"{MAX_MINOR // 100:,}")) from error


# Texts in several languages


class TextsInput(Several):
    """A text in the reader's language, and folded away the same in others."""

    template_name = "desk/texts.html"

    def __init__(self, languages: tuple[str, ...], *, lines: bool) -> None:
        made: dict[str, forms.Widget | type[forms.Widget]] = {}
        for code in languages:
            about = {
                "lang": code,
                "autocomplete": "off",
                "dir": "rtl" if code in RIGHT_TO_LEFT else "auto",
            }
            said = forms.Textarea({**about, "rows": 2}) if lines else forms.TextInput(about)
            made[code.replace("-", "_")] = said
        self.languages = languages
        super().__init__(made)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401
        """With the name of each language."""
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        for code, part in zip(self.languages, parts, strict=True):
            part["language"] = LANGUAGE_NAMES[code]
            if part is not parts[0]:
                part["attrs"].pop("required", None)
        context["widget"]["open"] = any(part["value"] for part in parts[1:])
        return context

    def decompress(self, value: Text | None) -> list[str | None]:
        """Never asked: a form here always has what was typed."""
        said = value.by_language() if value else {}
        return [said.get(code) for code in self.languages]


class Texts(forms.MultiValueField):
    """A text in one language or several."""

    def __init__(self, *, language: str, lines: bool, **about: Any) -> None:  # noqa: ANN401
        others = tuple(code for code in LANGUAGES if code != language)
        self.languages = (language, *others)
        parts = tuple(forms.CharField(required=False) for _code in self.languages)
        widget = TextsInput(self.languages, lines=lines)
        super().__init__(parts, widget=widget, require_all_fields=False, **about)

    def clean(self, value: Any) -> Text | None:  # noqa: ANN401 - what the inputs hold
        """The text; nothing where nothing was typed."""
        typed = zip(self.languages, value or [], strict=False)
        said = {code: text.strip() for code, text in typed if text and text.strip()}
        if not said:
            if self.required:
                raise ValidationError(str(MESSAGES["required"]))
            return None
        try:
            return Text.model_validate(said)
        except ValueError as error:
            message = _("A text has at most 2,000 signs, and none that no page can show.")
            raise ValidationError(message) from error


# Files


class FileInput(Several):
    """A file to send, or one that was sent already and is named by its hash."""

    template_name = "desk/picture.html"

    def __init__(self, accepted: str) -> None:
        super().__init__({"": forms.FileInput({"accept": accepted}), "kept": forms.HiddenInput()})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:  # noqa: ANN401
        """A file that is there need not be sent."""
        context = super().get_context(name, value, attrs)
        sent, kept = context["widget"]["subwidgets"]
        for attribute in ("required", "aria-invalid", "aria-describedby"):
            kept["attrs"].pop(attribute, None)
        if kept["value"]:
            sent["attrs"].pop("required", None)
        return context

    def decompress(self, value: str | None) -> list[str | None]:
        """Never asked: a form here always has what was typed."""
        return [None, value]


class KeptAnswer(forms.MultiValueField):
    """A file, made anew and kept beside the journal; its value is its hash."""

    accepted: ClassVar[str]
    hint: ClassVar[Any]
    missing: ClassVar[Promise]
    most_bytes: ClassVar[int]
    too_large: ClassVar[Promise]
    other_sort: ClassVar[Promise]

    def __init__(self, *, programme: str, **about: Any) -> None:  # noqa: ANN401
        self.programme = programme
        parts = (forms.FileField(required=False), forms.CharField(required=False))
        super().__init__(parts, widget=FileInput(self.accepted), require_all_fields=False, **about)
        self.help_text = self.help_text or self.hint

    def clean(self, value: Any) -> str:  # noqa: ANN401 - what the inputs hold
        """Keep it; its hash."""
        sent, kept = value or [None, ""]
        if isinstance(sent, UploadedFile):
            return self._keep(sent)
        if kept and re.fullmatch("[0-9a-f]{64}", kept):
            return str(kept)
        if self.required:
            raise ValidationError(str(self.missing))
        return ""

    def is_sort(self, content: bytes) -> bool:
        """Whether these bytes are of the sort that is asked for."""
        raise NotImplementedError

    def _keep(self, sent: "UploadedFile[Any]") -> str:
        if (sent.size or 0) > self.most_bytes:
            raise ValidationError(str(self.too_large).format(most=self.most_bytes // 2**20))
        content = sent.read()
        if not self.is_sort(content):
            raise ValidationError(str(self.other_sort))
        try:
            return files.keep(self.programme, content)
        except NotAPictureError as error:
            raise ValidationError(str(self.other_sort)) from error
        except (NotADocumentError, NotARecordingError) as error:
            raise ValidationError(str(error)) from error


class Picture(KeptAnswer):
    """A picture or a PDF."""

    accepted = "image/jpeg,image/png,image/webp,application/pdf"
    hint = gettext_lazy(
        "A photo or scan (JPEG, PNG, WebP), or a PDF of at most 10 MB. Where a photo was taken and "
        "by which phone, and who wrote a PDF, is left out; what its pages say is not."
    )
    missing = gettext_lazy("Choose a picture or a PDF.")
    most_bytes = pictures.MOST_BYTES
    too_large = gettext_lazy("It is larger than {most} MB; take a smaller picture.")
    other_sort = gettext_lazy(
        "This cannot be kept: send a JPEG, PNG or WebP of at most 40 megapixels, or a PDF."
    )

    def is_sort(self, content: bytes) -> bool:
        """Whether these bytes are none that is heard."""
        return not is_recording(content)


class Recording(KeptAnswer):
    """A recording."""

    accepted = "audio/mpeg,audio/mp4,audio/ogg,audio/wav,.mp3,.m4a,.ogg,.opus,.wav"
    hint = gettext_lazy(
        "Somebody reads the text aloud: MP3, M4A, Ogg or WAV, at most 5 MB and 5 minutes. Where and "
        "when it was recorded, and with what, is left out; whose voice it is can be heard."
    )
    missing = gettext_lazy("Choose a recording.")
    most_bytes = MOST_BYTES_HEARD
    too_large = gettext_lazy("This recording is larger than {most} MB: save it as MP3 or M4A.")
    other_sort = gettext_lazy("This is no recording: send an MP3, M4A, Ogg or WAV.")

    def is_sort(self, content: bytes) -> bool:
        """Whether these bytes are one that is heard."""
        return is_recording(content)

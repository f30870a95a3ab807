"""How mails leave an installation: `CAIRN_MAIL`. Unset, none does.

    CAIRN_MAIL=smtp://cairn@mail.example.org            port 587, STARTTLS
    CAIRN_MAIL=smtp://cairn@mail.example.org?tls=implicit    port 465, TLS from the first byte
    CAIRN_MAIL=smtp://localhost?tls=none                port 25, to this machine in the clear
    CAIRN_MAIL=/var/spool/cairn                         a folder, a file a mail

The password stands in the address, or better in a file that `CAIRN_MAIL_PASSWORD_FILE` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from cairn.values import CairnError

PORTS = {"starttls": 587, "implicit": 465, "none": 25}
"""How the way to the server is encrypted, and the port that is usual for it."""

SMTP = "smtp://"
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
BACKENDS = "django.core.mail.backends"


class MailSettingsError(CairnError):
    """What CAIRN_MAIL says is no way to send mails. No message of it holds what was said."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Django's EMAIL_* settings, by their names without that."""

    backend: str = f"{BACKENDS}.dummy.EmailBackend"
    file_path: str | None = None
    host: str = "localhost"
    port: int = 25
    host_user: str = ""
    host_password: str = ""
    use_tls: bool = False
    use_ssl: bool = False


def mail(environment: Mapping[str, str]) -> Mail | None:
    """The way that the environment names; None where mails are off. Raises MailSettingsError."""
    said = environment.get("CAIRN_MAIL", "")
    if not said:
        return None
    if said.startswith(SMTP):
        return _server(said, environment.get("CAIRN_MAIL_PASSWORD_FILE", ""))
    if "://" in said or not Path(said).is_absolute():
        raise MailSettingsError(
            "CAIRN_MAIL is neither smtp://user@host nor the full path of a folder."
        )
    return Mail(backend=f"{BACKENDS}.filebased.EmailBackend", file_path=said)


def _server(said: str, password_file: str) -> Mail:
    try:
        parts = urlsplit(said)
        host, port = parts.hostname, parts.port
    except ValueError:  # whose words would show the password
        host = None
    tls = parse_qs(parts.query).get("tls", ["starttls"])[0] if host else ""
    if not host or tls not in PORTS or parts.path not in {"", "/"}:
        raise MailSettingsError(
            "CAIRN_MAIL cannot be read. Write smtp://user@host:port, and ?tls=starttls, "
            "?tls=implicit or ?tls=none after it."
        )
    password = _password(password_file) or unquote(parts.password or "")
    if password and tls == "none" and host not in HERE:
        raise MailSettingsError(
            "CAIRN_MAIL would send its password to another machine in the clear. Use "
            "?tls=starttls or ?tls=implicit."
        )
    return Mail(
        backend=f"{BACKENDS}.smtp.EmailBackend",
        host=host,
        port=port or PORTS[tls],
        host_user=unquote(parts.username or ""),
        host_password=password,
        use_tls=tls == "starttls",
        use_ssl=tls == "implicit",
    )


def _password(file: str) -> str:
    if not file:
        return ""
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MailSettingsError(
            f"CAIRN_MAIL_PASSWORD_FILE cannot be read: {error.strerror}."
        ) from error

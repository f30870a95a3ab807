"""CAIRN_MAIL: what it may say, and what a person is told when it cannot be read."""

import pytest

from cairn.config.mail import MailSettingsError, mail

SECRET = "pa:ss/w@rd"  # noqa: S105 - of nobody
QUOTED = "pa%3Ass%2Fw%40rd"


def said(address, **more):
    return mail({"CAIRN_MAIL": address, **more})


def test_without_it_no_mail_leaves():
    assert mail({}) is None
    assert mail({"CAIRN_MAIL": ""}) is None


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        ("smtp://cairn@mail.example.org", 587, True, False),
        ("smtp://cairn@mail.example.org/", 587, True, False),
        ("smtp://cairn@mail.example.org:2525?tls=starttls", 2525, True, False),
        ("smtp://cairn@mail.example.org?tls=implicit", 465, False, True),
        ("smtp://cairn@mail.example.org?tls=none", 25, False, False),
    ],
)
def test_a_server_is_reached_encrypted_unless_it_is_said(address, port, tls, ssl):
    found = said(address)

    assert found.backend.endswith("smtp.EmailBackend")
    assert (found.host, found.host_user) == ("mail.example.org", "cairn")
    assert (found.port, found.use_tls, found.use_ssl) == (port, tls, ssl)


def test_the_password_stands_in_the_address_or_in_a_file(tmp_path):
    (tmp_path / "password").write_text(f"{SECRET}\n")

    assert said(f"smtp://cairn:{QUOTED}@mail.example.org").host_password == SECRET
    inside = said("smtp://cairn@h.example", CAIRN_MAIL_PASSWORD_FILE=str(tmp_path / "password"))
    assert inside.host_password == SECRET


def test_a_folder_takes_them_as_files(tmp_path):
    found = said(str(tmp_path))

    assert found.backend.endswith("filebased.EmailBackend")
    assert found.file_path == str(tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        f"smtp://cairn:{SECRET}@mail.example.org",  # not quoted
        f"smtp://cairn:{QUOTED}@mail.example.org:port",
        f"smtp://cairn:{QUOTED}@",
        f"smtp://cairn:{QUOTED}@mail.example.org?tls=perhaps",
        f"smtp://cairn:{QUOTED}@mail.example.org/path",
        f"smtp://cairn:{QUOTED}@mail.example.org?tls=none",
        f"imap://cairn:{QUOTED}@mail.example.org",
        f"some/folder/{QUOTED}",
        "mail.example.org",
    ],
)
def test_what_cannot_be_read_is_said_without_the_password(address):
    with pytest.raises(MailSettingsError, match="^CAIRN_MAIL ") as told:
        said(address)

    for part in (SECRET, QUOTED, "pa:", "w@rd"):
        assert part not in str(told.value)
    assert told.value.__context__ is None


def test_in_the_clear_a_password_goes_to_this_machine_alone():
    assert said(f"smtp://cairn:{QUOTED}@localhost?tls=none").host_password == SECRET


def test_a_password_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(MailSettingsError, match="PASSWORD_FILE cannot be read: No such file"):
        said("smtp://cairn@h.example", CAIRN_MAIL_PASSWORD_FILE=str(tmp_path / "none"))

"""Line 1 of the list of web hardening, and what the settings for a named host say."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("mail", ["", "smtp://cairn@mail.example.org"])
def test_01_djangos_own_check_for_deployment_has_nothing_to_say(tmp_path, mail):
    done = subprocess.run(
        [
            Path(sys.executable).with_name("django-admin"),
            "check",
            "--deploy",
            "--fail-level",
            "WARNING",
        ],
        env={
            "CAIRN_DIR": str(tmp_path),
            "CAIRN_HOSTS": "pages.example.org",
            "CAIRN_MAIL": mail,
            "CAIRN_SECRET": "a secret of fifty signs or more, of which many differ: 0123",
            "DJANGO_SETTINGS_MODULE": "cairn.config.settings",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr

"""Cairn's settings, by which a post that signs for money shows its code again after a minute, not half an hour.

So a soak of some minutes has people do what one of hours does.
"""

from cairn.config.settings import *  # noqa: F403 - all of them, and one changed

ACCOUNT_REAUTHENTICATION_TIMEOUT = 60

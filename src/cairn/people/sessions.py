"""Sessions in the database, each with its user: so that they can be shown to them, and ended."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.utils import timezone

from cairn.people.models import Session


class SessionStore(InDatabase):
    """A session's data. Its row says whose it is."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row to be written."""
        row = super().create_model_instance(data)
        row.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        row.begun_at = timezone.datetime.fromtimestamp(
            data.get(BEGUN, timezone.now().timestamp()), tz=timezone.get_current_timezone()
        )
        return row


BEGUN = "begun"
"""When the session began, in seconds: it ends at its time whatever happens in it."""
SEEN = "seen"
"""When something last happened in it, to a minute."""

"""Django's PostgreSQL, for installations of several: a server that is away is tried now and then only."""

from typing import Any

from django.db.backends.postgresql import base

from cairn.journal.away import away


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is not opened while its server is known to be away. Raises GroupAwayError."""

    def get_new_connection(self, conn_params: Any) -> Any:  # noqa: ANN401 - Django's
        """Open it, or remember that it could not be."""
        away.refuse(self.alias)
        try:
            opened = super().get_new_connection(conn_params)
        except self.Database.OperationalError as error:
            raise away.failed(self.alias, str(error)) from error
        away.answered(self.alias)
        return opened

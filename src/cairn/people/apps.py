"""Django's own permissions are not made: who may do what stands in rights.csv and nowhere else."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    """Users and the posts they hold."""

    name = "cairn.people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Leave out what `migrate` would write into tables that nobody reads."""
        from django.contrib.contenttypes.management import create_contenttypes  # noqa: PLC0415 - apps first

        name = "django.contrib.auth.management.create_permissions"
        post_migrate.disconnect(dispatch_uid=name)
        post_migrate.disconnect(create_contenttypes)

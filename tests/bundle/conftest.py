"""A bundle in memory, of a team that has handed over, under a checkpoint that a witness saw."""

import io
import zipfile
from dataclasses import dataclass

import pytest
from django.db import transaction

from bundle.walked import TEAM, tell_the_walk, tell_what_is_handed_over
from cairn.verify.bundle_manifest import BundleManifest
from cairn.verify.manifest import NAME, Listed
from cairn.web.bundle.contents import Bundle, bundle_of
from merkle.signers import COUNTY
from witness.watched import watch, with_key


@dataclass(frozen=True)
class Made:
    """A bundle of one programme, and the position at which its pack was frozen."""

    bundle: Bundle
    raw: bytes
    upto: int

    @property
    def files(self) -> dict[str, bytes]:
        """What is in it."""
        return unpacked(self.raw)


@pytest.fixture(scope="session")
def made(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        desks = tell_what_is_handed_over()
        upto = tell_the_walk(desks)
        watch(with_key(desks.programme), COUNTY)
        bundle = bundle_of(programme=desks.programme, team=TEAM)
        found = Made(bundle, written(bundle), upto)
        transaction.set_rollback(True)
    return found


def written(bundle: Bundle) -> bytes:
    out = io.BytesIO()
    bundle.write(out)
    return out.getvalue()


def unpacked(raw: bytes) -> dict[str, bytes]:
    """As any other program unpacks it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def mended(files: dict[str, bytes], **changed) -> dict[str, bytes]:
    """Files with a manifest that lists them as they are, as a forger would write it."""
    about = BundleManifest.parse(files[NAME])
    listed = {path: Listed.of(content) for path, content in files.items() if path != NAME}
    fields = {name: getattr(about, name) for name in BundleManifest.__dataclass_fields__}
    return {**files, NAME: bytes(BundleManifest(**{**fields, "files": listed, **changed}))}

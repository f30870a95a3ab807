"""A programme's log with a checkpoint and two witnesses on its list."""

from cairn.journal.log import Log
from merkle.signers import AUDITOR, COUNTY, LOG

AT = 1_750_000_000
"""2025-06-15 15:06:40 UTC."""


def with_key(programme):
    """A log whose key is that of the cast of logs."""
    log = Log(programme)
    log.folder.mkdir(parents=True)
    (log.folder / "verifier").write_text(f"{LOG.verifier}\n")
    return log


def watch(log, *cosigners):
    """Sign; list the county and the auditor, of whom one will do; let some of them cosign."""
    log.sign(LOG)
    signatures = [cosigner.cosign(log.checkpoint(), at=AT) for cosigner in cosigners]
    log.write(log.folder / "checkpoint", bytes(log.note().with_signatures(*signatures)))
    (log.folder / "witnesses").write_text(
        f"witness county {COUNTY.verifier}\nwitness auditor {AUDITOR.verifier}\n"
        "group both any county auditor\nquorum both\n"
    )

"""What a verifier says: the first thing wrong, and where; or that there is nothing to verify."""

from cairn.values import CairnError


class WrongError(CairnError):
    """The first thing wrong with a record: in which file, and at which entry where it is one."""

    def __init__(self, where: str, what: str, *, position: int | None = None) -> None:
        self.where, self.what, self.position = where, what, position
        entry = f", entry {position}" if position else ""
        super().__init__(f"{where}{entry}: {what}")

    def __reduce__(self) -> tuple[object, ...]:
        """Come whole out of another process: its arguments are not what Exception keeps."""
        return _wrong, (self.where, self.what, self.position)


class UnusableError(CairnError):
    """What was given is no record, or no key, checkpoint or policy to hold one against."""


def _wrong(where: str, what: str, position: int | None) -> WrongError:
    return WrongError(where, what, position=position)

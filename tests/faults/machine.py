"""A machine in the simulator's hands: its disk forgets, its power fails, its randomness is seeded.

What Cairn asks of the operating system goes through here; Cairn itself is as it is. Of SQLite, which
does not, the simulator only fails statements: its own durability is tested by killing (test_killed.py)
and tearing (test_torn.py).
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path


class PowerCut(BaseException):
    """The process ends here, whatever it was doing."""


@dataclass
class Change:
    """A file put in place of what was there, or removed, that may not be on the disk yet."""

    path: Path
    before: bytes | None
    mode: int
    folder: tuple
    source: Path | None
    whole: bool
    named: bool = False


class Disk:
    """Every rename, removal and sync within a folder: counted, and lost where nobody synced."""

    def __init__(self, folder, random_):
        self.folder, self.random = folder, random_
        self.left = None
        self.looking = lambda _path: None
        self._dead = False
        self._synced = set()
        self._changes = []
        self._really = {name: getattr(os, name) for name in ("replace", "unlink", "fsync")}
        os.replace, os.unlink, os.fsync, os.sync = (
            self._replace, self._unlink, self._fsync, self._sync,
        )  # fmt: skip
        os.urandom = random_.randbytes

    def fail_before(self, step):
        """Let the power fail before so many changes and syncs more."""
        self.left = step

    def restart(self, *, power):
        """Start the machine again. Without `power` for a moment, what was not synced may be gone."""
        self.left, self._dead = None, False
        if power:
            return "killed"
        unnamed = [change for change in self._changes if not change.named]
        lost = self.random.randint(0, len(unnamed))
        for change in reversed(unnamed[len(unnamed) - lost :]):
            self._undo(change)
        torn = 0
        for change in self._changes:
            if not change.whole and change not in unnamed[len(unnamed) - lost :]:
                torn += self._tear(change)
        self._changes = []
        return f"power cut: {lost} changes lost, {torn} files torn"

    def _undo(self, change):
        if change.source and change.path.exists():
            self._really["replace"](change.path, change.source)
        if change.before is not None:
            change.path.parent.mkdir(parents=True, exist_ok=True)
            change.path.write_bytes(change.before)
            change.path.chmod(change.mode)

    def _tear(self, change):
        if not change.path.exists() or self.random.random() < 0.5:
            return False
        content = change.path.read_bytes()
        change.path.write_bytes(content[: self.random.choice([0, len(content) // 2])])
        return True

    def _step(self):
        if self.left is not None:
            self.left -= 1
            self._dead = self._dead or self.left < 0
        if self._dead:
            raise PowerCut

    def _ours(self, path):
        return self.folder in Path(path).parents

    def _replace(self, source, target, **more):
        if not self._ours(target):
            self._really["replace"](source, target, **more)
            return
        self.looking(Path(target))
        self._step()
        if Path(source).is_dir():
            self._really["replace"](source, target, **more)
            self._changes += [
                Change(path, None, 0, (), None, whole=False, named=True)
                for path in sorted(Path(target).iterdir())
                if not self._is_synced(path)
            ]
            return
        whole = self._is_synced(source)
        change = self._change(target, source=Path(source), whole=whole)
        self._really["replace"](source, target, **more)
        self._changes.append(change)

    def _is_synced(self, path):
        one = Path(path).stat()
        return (one.st_dev, one.st_ino) in self._synced

    def _unlink(self, path, **more):
        if more or not self._ours(path):
            self._really["unlink"](path, **more)
            return
        if not Path(path).exists():
            raise FileNotFoundError(path)
        self.looking(Path(path))
        self._step()
        change = self._change(path, source=None, whole=True)
        self._really["unlink"](path)
        self._changes.append(change)

    def _change(self, path, *, source, whole):
        path = Path(path)
        before, mode = None, 0
        if path.exists():
            before, mode = path.read_bytes(), stat.S_IMODE(path.stat().st_mode)
        folder = path.parent.stat()
        return Change(path, before, mode, (folder.st_dev, folder.st_ino), source, whole)

    def _fsync(self, descriptor):
        self._step()
        one = os.fstat(descriptor)
        if not stat.S_ISDIR(one.st_mode):
            self._synced.add((one.st_dev, one.st_ino))
            return
        for change in self._changes:
            change.named = change.named or change.folder == (one.st_dev, one.st_ino)
        self._changes = [each for each in self._changes if not (each.named and each.whole)]

    def _sync(self):
        self._step()
        self._changes = []


class DiesAt:
    """Ends this process before a statement is sent to the database, or never for None."""

    def __init__(self, statement):
        self.left = statement

    def __call__(self, execute, sql, parameters, many, context):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise PowerCut
        return execute(sql, parameters, many, context)

"""What is made once for all of pytest's processes, because making it takes many seconds."""

import fcntl
import os


def made_once(tmp_path_factory, name, make):
    """The folder of this name, filled by `make(folder)` in whichever process asks first; the others wait.

    Nobody changes what is in it.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            try:
                make(folder)
            except BaseException:
                folder.rename(folder.with_suffix(f".failed-{os.getpid()}"))
                raise
    return folder

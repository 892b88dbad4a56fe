"""Names of shared memory. There is none to have: a mapping of a file is a copy here, so shm_open is refused."""

import errno
import os


def shm_open(path, flags, mode=511):
    """Refused: what one process writes, the others would not see."""
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), path)


def shm_unlink(path):
    """Removes a name."""
    os.unlink(f"/dev/shm/{path.lstrip('/')}")

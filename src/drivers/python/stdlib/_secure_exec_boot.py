"""What makes this CPython a program of the kernel's: runs before every other module.

It was compiled for a machine without processes.
"""

import _kernel_posix
import _kernel_sleep
import _kernel_sockets

_kernel_posix.install()
_kernel_sleep.install()
_kernel_sockets.install()

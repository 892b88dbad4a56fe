"""What makes this CPython a program of the kernel's: runs before every other module.

It was compiled for a machine without processes.
"""

import sys

import _kernel_math
import _kernel_posix
import _kernel_select
import _kernel_sleep
import _kernel_sockets

_kernel_math.install()
_kernel_posix.install()
_kernel_select.install()
_kernel_sleep.install()
_kernel_sockets.install()

# Foreign functions are refused, and the module beneath `ctypes` is linked in.
sys.modules["_ctypes"] = None

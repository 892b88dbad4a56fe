"""What makes this CPython a program of the kernel's: runs before every other module.

It was compiled for a machine without processes. Programs see Linux.
"""

import sys

import _kernel_posix

_kernel_posix.install()
sys.platform = "linux"

import _kernel_sleep

_kernel_sleep.install()

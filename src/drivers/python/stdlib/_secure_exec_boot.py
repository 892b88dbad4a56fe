"""What makes this CPython a program of the kernel's: runs before every other module.

It was compiled for a machine without processes. Programs see Linux.
"""

import sys

sys.platform = "linux"

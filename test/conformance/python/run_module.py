"""Runs one module of CPython's tests as regrtest does without resources, and tells what failed.

The last line printed is `RESULT ` and JSON: how many ran, were skipped, and the names of those that failed.
"""

import json
import sys
import unittest

from test import support
from test.support import threading_helper


def short(test, trace):
    last = trace.rstrip().rsplit("\n", 1)[-1]
    return [test.id() if hasattr(test, "id") else str(test), last[:200]]


def main():
    support.use_resources = {}
    # CPython asks for the platform's name, which is not one of those without threads.
    threading_helper.can_start_thread = False
    name = sys.argv[1]
    suite = unittest.defaultTestLoader.loadTestsFromName("test." + name)
    with open("/dev/null", "w") as nowhere:
        stream = sys.stderr if "-v" in sys.argv else nowhere
        result = unittest.TextTestRunner(stream, verbosity=2 if "-v" in sys.argv else 0).run(suite)
    failed = [short(*one) for one in result.failures + result.errors]
    failed += [[test.id(), "passes, though it is expected not to"] for test in result.unexpectedSuccesses]
    told = {"ran": result.testsRun, "skipped": len(result.skipped), "failed": failed}
    print("\nRESULT " + json.dumps(told), flush=True)


# Children of multiprocessing import this file again.
if __name__ == "__main__":
    main()

"""Runs steps on descriptors and children on this machine's own kernel: the oracle of
linux-parity-descriptors.test.ts.

Reads a list of cases from stdin. Each runs in a process of its own with an empty directory and three descriptors,
0 to 2, on /dev/null; so numbers come out as in any other such process. Writes one list of results a case.
"""

import errno
import fcntl
import json
import os
import select
import shutil
import signal
import sys
import tempfile

children = {}
labels = {}


def read(fd, count):
    return os.read(fd, count).decode()


def pipe():
    return list(os.pipe2(0))


def open_file(path, flags):
    # Python opens close-on-exec.
    fd = os.open(path, flags, 0o644)
    os.set_inheritable(fd, True)
    return fd


def dup(fd, minimum, cloexec):
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC if cloexec else fcntl.F_DUPFD, minimum)


def poll(*entries):
    poller = [(fd, events) for fd, events in entries]
    answers = []
    for fd, events in poller:
        one = select.poll()
        one.register(fd, events)
        ready = one.poll(0)
        answers.append(ready[0][1] if ready else 0)
    return answers


def size(fd):
    return os.fstat(fd).st_size


def fork(label):
    pid = os.fork()
    if pid == 0:
        while True:
            signal.pause()
    children[label] = pid
    labels[pid] = label


def settle(pid):
    """Until it has ended: a signal takes its time."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def end(label, code):
    """A child that ends by itself: told by a handler that exits is more than is wanted here."""
    pid = os.fork()
    if pid == 0:
        os._exit(code)
    labels[pid] = label
    children[label] = pid
    settle(pid)


def kill(label, number):
    os.kill(children[label], number)
    if number not in (0, signal.SIGSTOP, signal.SIGCONT, signal.SIGCHLD):
        settle(children[label])
    elif number == signal.SIGSTOP:
        os.waitid(os.P_PID, children[label], os.WSTOPPED | os.WNOWAIT)
    elif number == signal.SIGCONT:
        os.waitid(os.P_PID, children[label], os.WCONTINUED | os.WNOWAIT)


def waitpid(label, options):
    pid, status = os.waitpid(children[label] if label else -1, options)
    return [labels.get(pid, 0), status]


operations = {
    "open": open_file,
    "close": os.close,
    "read": read,
    "write": lambda fd, text: os.write(fd, text.encode()),
    "fill": lambda fd, count: os.write(fd, b"x" * count),
    "drain": lambda fd, count: len(os.read(fd, count)),
    "pread": lambda fd, count, at: os.pread(fd, count, at).decode(),
    "pwrite": lambda fd, text, at: os.pwrite(fd, text.encode(), at),
    "seek": os.lseek,
    "truncate": os.ftruncate,
    "size": size,
    "pipe": pipe,
    "dup": dup,
    "dup2": lambda fd, new: void(os.dup2(fd, new)),
    "getfd": lambda fd: fcntl.fcntl(fd, fcntl.F_GETFD),
    "setfd": lambda fd, flags: void(fcntl.fcntl(fd, fcntl.F_SETFD, flags)),
    "getfl": lambda fd: fcntl.fcntl(fd, fcntl.F_GETFL) & ~0o100000,
    "setfl": lambda fd, flags: void(fcntl.fcntl(fd, fcntl.F_SETFL, flags)),
    "poll": poll,
    "fsync": os.fsync,
    "unlink": os.unlink,
    "rename": os.rename,
    "link": os.link,
    "stat": lambda path: [os.stat(path).st_nlink, os.stat(path).st_size],
    "nlink": lambda fd: os.fstat(fd).st_nlink,
    "fork": fork,
    "end": end,
    "kill": kill,
    "waitpid": waitpid,
}


def void(_):
    return None


def run(step):
    operation, *arguments = step
    try:
        result = operations[operation](*arguments)
        return "ok" if result is None else result
    except OSError as error:
        return errno.errorcode[error.errno]


def run_case(case, place, report):
    os.chdir(place)
    for fd in range(3):
        os.dup2(os.open("/dev/null", os.O_RDWR), fd)
    os.dup2(report, 900)
    os.closerange(3, 900)
    signal.alarm(20)
    results = [run(step) for step in case]
    for pid in children.values():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    text = json.dumps(results).encode()
    while text:
        text = text[os.write(900, text):]
    os._exit(0)


def main():
    os.umask(0o022)
    memory = "/dev/shm"
    root = tempfile.mkdtemp(
        prefix="secure-exec-parity-", dir=memory if os.access(memory, os.W_OK) else None
    )
    try:
        results = []
        for index, case in enumerate(json.load(sys.stdin)):
            place = os.path.join(root, str(index))
            os.mkdir(place)
            reading, report = os.pipe()
            pid = os.fork()
            if pid == 0:
                run_case(case, place, report)
            os.close(report)
            with os.fdopen(reading, "rb") as answer:
                text = answer.read()
            os.waitpid(pid, 0)
            results.append(json.loads(text) if text else ["no answer"])
        json.dump(results, sys.stdout)
    finally:
        shutil.rmtree(root)


main()

"""Runs socket steps on this machine's own kernel: the oracle of socket-parity.test.ts.

Reads a list of cases from stdin, each a list of steps [operation, argument, ...]. Sockets and ports have
names. Each case runs in an empty directory. Writes one list of results a case: a value, or an error's name.
"""

import array
import errno
import json
import os
import select
import shutil
import socket
import struct
import sys
import tempfile

FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6, "unix": socket.AF_UNIX}
TYPES = {"stream": socket.SOCK_STREAM, "dgram": socket.SOCK_DGRAM, "seqpacket": socket.SOCK_SEQPACKET}
DONTWAIT = socket.MSG_DONTWAIT


class Case:
    def __init__(self):
        self.sockets = {}
        self.ports = {}

    def address(self, family, host, port):
        if family == socket.AF_UNIX:
            return "\0" + host[1:] + str(os.getpid()) if host.startswith("@") else host
        return (host, self.port(port)) if family == socket.AF_INET else (
            host, self.port(port), 0, 0)

    def port(self, port):
        return self.ports.get(port, 0) if isinstance(port, str) else port

    def shown(self, address):
        if isinstance(address, (str, bytes)):
            return address if isinstance(address, str) else "@"
        if not address:
            return ""
        names = {port: name for name, port in self.ports.items()}
        port = address[1]
        return address[0] + ":" + (names.get(port) or ("0" if port == 0 else "port"))

    def socket(self, name, family, kind):
        self.sockets[name] = socket.socket(FAMILIES[family], TYPES[kind])

    def pair(self, one, other, kind):
        self.sockets[one], self.sockets[other] = socket.socketpair(socket.AF_UNIX, TYPES[kind])

    def bind(self, name, host, port=0):
        s = self.sockets[name]
        s.bind(self.address(s.family, host, port))
        if isinstance(port, str) and port not in self.ports:
            self.ports[port] = s.getsockname()[1]

    def listen(self, name, backlog):
        self.sockets[name].listen(backlog)

    def accept(self, name, new):
        s = self.sockets[name]
        was = s.getblocking()
        s.setblocking(False)
        try:
            self.sockets[new], address = s.accept()
            self.sockets[new].setblocking(True)
            return self.shown(address).split(":")[0] if s.family == socket.AF_INET else "ok"
        finally:
            s.setblocking(was)

    def connect(self, name, host, port=0):
        s = self.sockets[name]
        s.connect(self.address(s.family, host, port))

    def disconnect(self, name):
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        if libc.connect(self.sockets[name].fileno(), struct.pack("16x"), 16) != 0:
            raise OSError(ctypes.get_errno(), "")

    def send(self, name, data, flags=0):
        return self.sockets[name].send(b"x" * data if isinstance(data, int) else data.encode(), flags | DONTWAIT)

    def sendto(self, name, data, host, port=0):
        s = self.sockets[name]
        payload = b"x" * data if isinstance(data, int) else data.encode()
        return s.sendto(payload, DONTWAIT, self.address(s.family, host, port))

    def recv(self, name, count, flags=0):
        return self.sockets[name].recv(count, flags | DONTWAIT).decode()

    def recvfrom(self, name, count, flags=0):
        data, ancillary, got, address = self.sockets[name].recvmsg(count, 0, flags | DONTWAIT)
        return [data.decode(), (got & socket.MSG_TRUNC) != 0, self.shown(address)]

    def sendfds(self, name, data, passed, flags=0):
        fds = array.array("i", [self.sockets[each].fileno() for each in passed.split()])
        payload = b"x" * data if isinstance(data, int) else data.encode()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)]
        return self.sockets[name].sendmsg([payload], rights, flags | DONTWAIT)

    def recvfds(self, name, count, named, flags=0):
        names = named.split()
        room = socket.CMSG_LEN(4 * len(names)) if names else 0
        data, ancillary, got, _ = self.sockets[name].recvmsg(count, room, flags | DONTWAIT)
        fds = array.array("i")
        for _, _, content in ancillary:
            fds.frombytes(content[: len(content) - len(content) % 4])
        for each, fd in zip(names, fds):
            self.sockets[each] = socket.socket(fileno=fd)
        for fd in fds[len(names):]:
            os.close(fd)
        return [data.decode(), min(len(fds), len(names)), (got & socket.MSG_CTRUNC) != 0]

    def shutdown(self, name, how):
        self.sockets[name].shutdown(how)

    def close(self, name):
        self.sockets.pop(name).close()

    def poll(self, name):
        poller = select.poll()
        poller.register(self.sockets[name], 0x2005)
        happened = poller.poll(0)
        return happened[0][1] if happened else 0

    def name(self, name):
        return self.shown(self.sockets[name].getsockname())

    def peer(self, name):
        return self.shown(self.sockets[name].getpeername())

    def getopt(self, name, level, option):
        return self.sockets[name].getsockopt(level, option)

    def setopt(self, name, level, option, value):
        self.sockets[name].setsockopt(level, option, value)

    def linger(self, name, on, seconds):
        self.sockets[name].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", on, seconds))

    def nonblock(self, name):
        self.sockets[name].setblocking(False)

    def unlink(self, path):
        os.unlink(path)

    def chmod(self, path, mode):
        os.chmod(path, mode)

    def touch(self, path):
        open(path, "w").close()

    def rename(self, path, new):
        os.rename(path, new)


def run(case, step):
    operation, *arguments = step
    try:
        result = getattr(case, operation)(*arguments)
        return "ok" if result is None else result
    except OSError as error:
        return errno.errorcode[error.errno]


def main():
    root = tempfile.mkdtemp(prefix="secure-exec-sockets-")
    try:
        results = []
        for index, steps in enumerate(json.load(sys.stdin)):
            place = os.path.join(root, str(index))
            os.makedirs(place)
            os.chdir(place)
            case = Case()
            results.append([run(case, step) for step in steps])
            for each in case.sockets.values():
                each.close()
        json.dump(results, sys.stdout)
    finally:
        os.chdir("/")
        shutil.rmtree(root)


main()

# Runs terminal steps (test/kernel/terminal-parity.test.ts) on a real pseudo terminal. stdin: a JSON list of
# cases, each a list of steps; stdout: what each step answered. Bytes are Latin-1 strings.
import errno, fcntl, json, os, select, signal, struct, sys, termios, time

I, O, L, CC = 0, 1, 3, 6
FLAGS = {
    'istrip': (I, termios.ISTRIP), 'inlcr': (I, termios.INLCR), 'igncr': (I, termios.IGNCR),
    'icrnl': (I, termios.ICRNL), 'ixon': (I, termios.IXON), 'ixany': (I, termios.IXANY), 'iutf8': (I, 0o40000),
    'opost': (O, termios.OPOST), 'onlcr': (O, termios.ONLCR), 'ocrnl': (O, termios.OCRNL),
    'onocr': (O, termios.ONOCR), 'onlret': (O, termios.ONLRET),
    'isig': (L, termios.ISIG), 'icanon': (L, termios.ICANON), 'echo': (L, termios.ECHO), 'echoe': (L, termios.ECHOE),
    'echok': (L, termios.ECHOK), 'echonl': (L, termios.ECHONL), 'noflsh': (L, termios.NOFLSH),
    'tostop': (L, termios.TOSTOP), 'echoctl': (L, 0o1000), 'echoke': (L, 0o4000), 'iexten': (L, termios.IEXTEN),
}
CONTROLS = {name: getattr(termios, name.upper()) for name in
            'vintr vquit verase vkill veof vtime vmin vstart vstop vsusp veol vreprint vwerase vlnext veol2'.split()}


def call(run):
    try:
        return run()
    except OSError as error:
        return errno.errorcode[error.errno]


def readable(fd):
    return struct.unpack('i', fcntl.ioctl(fd, termios.FIONREAD, b'\0' * 4))[0]


def settle(master, slave):
    """Waits until what was typed has been taken in: poll flushes that work while nothing can be read."""
    poller = select.poll()
    poller.register(slave, select.POLLIN)
    if not poller.poll(0):
        return
    last, quiet = None, 0
    while quiet < 15:
        now = (readable(master), readable(slave))
        quiet = quiet + 1 if now == last else 0
        last = now
        time.sleep(0.004)


def change(slave, changes):
    attributes = termios.tcgetattr(slave)
    for name, value in changes.items():
        if name in FLAGS:
            word, bit = FLAGS[name]
            attributes[word] = attributes[word] | bit if value else attributes[word] & ~bit
        else:
            attributes[CC][CONTROLS[name]] = bytes([value]) if attributes[L] & termios.ICANON or name not in ('vmin', 'vtime') else value
    # Python keeps VMIN and VTIME as numbers when ICANON is off; give it what it wants either way.
    for name in ('vmin', 'vtime'):
        at = CONTROLS[name]
        value = attributes[CC][at]
        number = value if isinstance(value, int) else value[0]
        attributes[CC][at] = number if not attributes[L] & termios.ICANON else bytes([number])
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    return 'ok'


def run(case):
    os.setsid()
    master, first = os.openpty()
    slave = os.open(os.ttyname(first), os.O_RDWR | os.O_NONBLOCK)
    os.close(first)
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    os.set_blocking(master, False)
    seen = []
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP, signal.SIGHUP, signal.SIGCONT, signal.SIGWINCH):
        signal.signal(number, lambda got, frame: seen.append(got))
    change(slave, {'iutf8': False})
    answers = []
    for step, *rest in case:
        if step == 'type':
            answer = call(lambda: os.write(master, rest[0].encode('latin-1')))
            settle(master, slave)
        elif step == 'read':
            answer = call(lambda: os.read(slave, rest[0]).decode('latin-1'))
        elif step == 'wait read':
            os.set_blocking(slave, True)
            answer = call(lambda: os.read(slave, rest[0]).decode('latin-1'))
            os.set_blocking(slave, False)
        elif step == 'print':
            answer = call(lambda: os.write(slave, rest[0].encode('latin-1')))
        elif step == 'seen':
            answer = ''
            while True:
                part = call(lambda: os.read(master, 65536))
                if not isinstance(part, bytes):
                    break
                answer += part.decode('latin-1')
        elif step == 'set':
            answer = call(lambda: change(slave, rest[0]))
        elif step == 'available':
            answer = readable(slave)
        elif step == 'ready':
            poller = select.poll()
            poller.register(slave, select.POLLIN | select.POLLOUT)
            answer = sorted(event for _, events in poller.poll(0) for event in [events])
            answer = answer[0] if answer else 0
        elif step == 'flush':
            answer = call(lambda: termios.tcflush(slave, rest[0])) or 'ok'
        elif step == 'flow':
            answer = call(lambda: termios.tcflow(slave, rest[0])) or 'ok'
        elif step == 'resize':
            answer = call(lambda: fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', *rest, 0, 0))) and 'ok'
        elif step == 'size':
            answer = list(struct.unpack('HHHH', fcntl.ioctl(slave, termios.TIOCGWINSZ, b'\0' * 8))[:2])
        elif step == 'structure':
            answer = list(fcntl.ioctl(slave, termios.TCGETS, b'\0' * 36))
        elif step == 'hang up':
            answer = os.close(master) or 'ok'
        elif step == 'signals':
            answer = sorted(set(seen))
            seen.clear()
        answers.append(answer)
    return answers


def main():
    results = []
    for case in json.load(sys.stdin):
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(writer, json.dumps(run(case)).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, 'rb') as result:
            results.append(json.loads(result.read()))
        os.waitpid(pid, 0)
    json.dump(results, sys.stdout)


main()

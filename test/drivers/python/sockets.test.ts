// Sockets in Python programs: the kernel's loopback, options, unix sockets, names, asyncio and HTTP.

import { mkdtempSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { bootPython, hasPython, pythonInGuest, pythonOnHost } from "./python-kernel.js";

/** The same on the host's Python. */
const programs: Record<string, string> = {
  "streams, options and names": `
import socket, select
s = socket.create_server(('127.0.0.1', 0)); port = s.getsockname()[1]
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
c = socket.create_connection(('localhost', port), timeout=5)
c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
p, addr = s.accept()
print(addr[0], c.getpeername() == ('127.0.0.1', port), p.getpeername() == c.getsockname())
print(c.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0, s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0)
c.sendall(b'hello ' * 1000); c.shutdown(socket.SHUT_WR)
got = b''
while part := p.recv(1000): got += part
print(len(got), p.recv(1), select.select([p], [p], [], 0)[1] == [p])
p.sendmsg([b'ab', b'cd']); buf = bytearray(3); print(c.recvmsg_into([buf])[0], buf, c.recv(9))
c.settimeout(0.01)
try: c.recv(1)
except TimeoutError as e: print(type(e).__name__, e)
c.setblocking(False)
try: c.recv(1)
except BlockingIOError as e: print(type(e).__name__)
for act in (lambda: socket.create_connection(('127.0.0.1', 1)), lambda: socket.create_connection(('127.0.0.1', 1), 5), lambda: s.bind(('127.0.0.1', 1)), lambda: socket.getaddrinfo('x.invalid', 80)):
    try: act()
    except OSError as e: print(type(e).__name__)
print(socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM))`,
  "datagrams, pairs and unix sockets": `
import socket, os
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(('127.0.0.1', 0))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); b.sendto(b'one', a.getsockname())
data, addr = a.recvfrom(99); print(data, addr == ('127.0.0.1', b.getsockname()[1]))
x, y = socket.socketpair(); x.send(b'pair'); print(y.recv(9), x.family.name, repr(x.getsockname()))
path = 'sock'
s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()
c = socket.socket(socket.AF_UNIX); c.connect(path); p, who = s.accept()
c.send(b'unix'); print(p.recv(9), repr(who), s.getsockname(), c.getpeername(), os.path.exists(path))`,
  "asyncio: streams, timeouts, signals": `
import asyncio, signal, os
async def serve(reader, writer):
    writer.write((await reader.readline()).upper()); await writer.drain(); writer.close()
async def main():
    server = await asyncio.start_server(serve, '127.0.0.1', 0)
    port = server.sockets[0].getsockname()[1]
    async def ask(n):
        r, w = await asyncio.open_connection('127.0.0.1', port)
        w.write(f'q{n}\\n'.encode()); data = await r.read(); w.close(); return data
    print(await asyncio.gather(*(ask(n) for n in range(5))))
    try: await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError: print('timeout')
    loop = asyncio.get_running_loop(); done = loop.create_future()
    loop.add_signal_handler(signal.SIGUSR1, done.set_result, 'signal'); signal.raise_signal(signal.SIGUSR1)
    print(await done); server.close()
asyncio.run(main())`,
};

test.skipIf(!hasPython).each(Object.entries(programs))("%s", async (_name, program) => {
  const kernel = await bootPython();
  const guest = await pythonInGuest(kernel, ["-c", program]);
  const directory = mkdtempSync("/tmp/python-sockets-");
  try {
    const host = pythonOnHost(["-c", program], directory);
    expect(host.exitCode, host.stderr).toBe(0);
    expect(guest).toEqual(host);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("an HTTP server of Python's answers curl of the shell and urllib", async () => {
  const kernel = await bootPython();
  const server = `
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f'{self.path} {self.headers["x-name"]}'.encode()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def do_POST(self):
        body = self.rfile.read(int(self.headers['content-length']))[::-1]
        self.send_response(201); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
with http.server.HTTPServer(('127.0.0.1', 8123), Handler) as httpd:
    print('ready', flush=True)
    for _ in range(3): httpd.handle_request()
`;
  let exited: Promise<number> | undefined;
  await new Promise<void>((resolve) => {
    exited = kernel.spawn("python3", ["-c", server], { onStdout: () => resolve() }).wait();
  });
  const client = `
import urllib.request, urllib.error
r = urllib.request.Request('http://127.0.0.1:8123/a?b=c', headers={'x-name': 'urllib'})
print(urllib.request.urlopen(r).read().decode())
print(urllib.request.urlopen('http://localhost:8123/', data=b'abc').read())
`;
  expect(await pythonInGuest(kernel, ["-c", client])).toEqual({
    exitCode: 0,
    stdout: "/a?b=c urllib\nb'cba'\n",
    stderr: "",
  });
  const curl = await kernel.exec("curl -s -H 'x-name: curl' http://127.0.0.1:8123/z");
  expect(curl.stdout).toBe("/z curl");
  expect(await exited).toBe(0);
});

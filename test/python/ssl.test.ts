// TLS of Python programs: both ends, checked and refused certificates, over buffers, sockets, asyncio and HTTP; beside the
// host's Python where it is the same program.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHostNetwork } from "secure-exec/kernel";
import { beforeAll, expect, test } from "vitest";
import { certificates } from "../drivers/node/tls-certificates.js";
import { hasPython, pythonOnHost } from "../drivers/python/python-kernel.js";
import { machine } from "./python-kernel.js";
import { expired, selfSigned } from "./tls-certificates.js";

const { ca, server, other, client } = certificates;
const files: Readonly<Record<string, string>> = {
  "ca.pem": ca.cert,
  "server.pem": server.cert + server.key,
  "other.pem": other.cert + other.key,
  "client.pem": client.cert + client.key,
  "self.pem": selfSigned.cert + selfSigned.key,
  "expired.pem": expired.cert + expired.key,
};

const vm = machine({ withNode: true, network: createHostNetwork() });
beforeAll(async () => {
  for (const [name, text] of Object.entries(files))
    await vm.kernel.writeFile(`/work/${name}`, text);
});

/** Two ends with buffers between them. */
const prelude = `
import json, re, ssl
def plain(error): return [type(error).__name__, re.sub(r" \\(_ssl\\.c.*\\)", "", str(error)), getattr(error, "verify_code", None), error.reason]
def context(chain, ca=None, **more):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); made.load_cert_chain(chain)
    if ca: made.load_verify_locations(ca); made.verify_mode = ssl.CERT_REQUIRED
    for name, value in more.items(): setattr(made, name, value)
    return made
def trusting(ca=None, chain=None, **more):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca: made.load_verify_locations(ca)
    if chain: made.load_cert_chain(chain)
    for name, value in more.items(): setattr(made, name, value)
    return made
def pair(client, server, name="localhost"):
    a, b = ssl.MemoryBIO(), ssl.MemoryBIO()
    return client.wrap_bio(a, b, server_hostname=name), server.wrap_bio(b, a, server_side=True)
def shake(client, server):
    done, failed = set(), []
    for _ in range(9):
        for end in (client, server):
            if end in done: continue
            try: end.do_handshake(); done.add(end)
            except ssl.SSLWantReadError: pass
            except ssl.SSLError as error: failed.append(plain(error)); done.add(end)
    return failed
`;

const programs: Readonly<Record<string, string>> = {
  "good, for another name, expired, signed by itself, by nobody one knows, not to be checked": `
good, self = context("server.pem"), context("self.pem")
found = {}
for title, client, server, name in (
    ("good", trusting("ca.pem"), good, "localhost"), ("address", trusting("ca.pem"), good, "127.0.0.1"),
    ("other name", trusting("ca.pem"), good, "example.com"), ("other address", trusting("ca.pem"), good, "10.1.2.3"),
    ("other", trusting("ca.pem"), context("other.pem"), "localhost"), ("expired", trusting("expired.pem"), context("expired.pem"), "localhost"),
    ("itself", trusting("ca.pem"), self, "localhost"), ("itself, trusted", trusting("self.pem"), self, "localhost"),
    ("unknown", trusting("self.pem"), good, "localhost"), ("nobody", trusting(), good, "localhost"),
    ("unchecked", trusting(check_hostname=False, verify_mode=ssl.CERT_NONE), context("expired.pem"), "anything"),
    ("old and new", trusting("ca.pem", maximum_version=ssl.TLSVersion.TLSv1_2), context("server.pem", minimum_version=ssl.TLSVersion.TLSv1_3), "localhost"),
): found[title] = shake(*pair(client, server, name))[:1]
print(json.dumps(found, indent=1))`,
  "what is agreed on, certificates of both, data both ways, the end in order": `
server, client = context("server.pem", "ca.pem"), trusting("ca.pem", "client.pem")
for one in (server, client): one.set_alpn_protocols(["h2", "http/1.1"])
a, b = pair(client, server); print(shake(a, b))
for end in (a, b): print(end.version(), end.cipher(), end.selected_alpn_protocol(), end.session_reused, end.compression(), end.server_side)
print(json.dumps([a.getpeercert(), b.getpeercert()], indent=1), a.getpeercert(True) == ssl.PEM_cert_to_DER_cert(open("server.pem").read().split("-----BEGIN PRIVATE")[0]))
a.write(b"one"); a.write(b"two"); print(b.read(2), b.pending(), b.read(9), b.read(9))
buffer = bytearray(4); b.write(b"x" * 100_000); print(a.read(4, buffer), bytes(buffer))
got = 4
while got < 100_000: got += len(a.read(30_000))
print(got)
try: a.read()
except ssl.SSLWantReadError as error: print(type(error).__name__)
for end in (a, b, a):
    try: print(end.unwrap())
    except ssl.SSLWantReadError: print("waits")
try: a.read(5)
except ssl.SSLError as error: print(plain(error))`,
  "contexts: files, keys, passwords, lists, wrong ones": `
def tried(act):
    try: return act()
    except (ssl.SSLError, ValueError, TypeError, OSError) as error: return [type(error).__name__, re.sub(r" \\(_ssl\\.c.*\\)", "", str(error))]
made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
print(made.verify_mode, made.check_hostname, made.cert_store_stats())
print(tried(lambda: setattr(made, "verify_mode", ssl.CERT_NONE)), tried(lambda: made.load_verify_locations("none"))[0], tried(lambda: made.load_cert_chain("ca.pem")), tried(lambda: made.set_ciphers("nonsense")))
open("mixed.pem", "w").write(open("server.pem").read().split("-----BEGIN PRIVATE")[0] + "-----BEGIN PRIVATE" + open("other.pem").read().split("-----BEGIN PRIVATE")[1])
print(tried(lambda: made.load_cert_chain("mixed.pem")))
made.load_verify_locations(cadata=open("ca.pem").read()); made.load_verify_locations("ca.pem"); print(made.cert_store_stats()["x509"], made.get_ca_certs())
print(ssl.create_default_context().verify_mode, ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).verify_mode)`,
};

test.skipIf(!hasPython).each(Object.entries(programs))("%s", async (_, program) => {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-ssl-"));
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const host = pythonOnHost(["-c", prelude + program], folder);
    expect(host).toMatchObject({ stderr: "", exitCode: 0 });
    await vm.kernel.writeFile("/work/program.py", prelude + program);
    const { stdout, stderr } = await vm.run("python3 program.py");
    expect({ stdout, stderr }).toEqual({ stdout: host.stdout, stderr: "" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("asyncio: a server and its clients in one loop; a client that is refused", async () => {
  const found = await vm.answers(`${prelude}
import asyncio
async def main():
    async def talk(reader, writer):
        try:
            while line := await reader.readline(): writer.write(line.upper()); await writer.drain()
        except ssl.SSLError: pass
        finally: writer.close()
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context("server.pem"))
    port = server.sockets[0].getsockname()[1]
    async def ask(n):
        reader, writer = await asyncio.open_connection("localhost", port, ssl=trusting("ca.pem"))
        writer.write(b"x" * n + b"\\n"); line = await reader.readline()
        subject = writer.get_extra_info("peercert")["subject"]; writer.close(); await writer.wait_closed()
        return [len(line), subject[0][0][1]]
    found = await asyncio.gather(ask(3), ask(60_000), ask(9))
    try: await asyncio.open_connection("localhost", port, ssl=trusting("self.pem"))
    except ssl.SSLError as error: found.append(plain(error)[0])
    server.close(); return found
print(json.dumps(asyncio.run(main())))`);
  expect(found).toEqual([
    [4, "server"],
    [60_001, "server"],
    [10, "server"],
    "SSLCertVerificationError",
  ]);
});

test("http.server over TLS answers urllib, Node's https and curl; a TLS server of Node's answers Python", async () => {
  const serving = `
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = f"{self.path} {self.connection.version()}".encode() + b"." * int(self.headers.get("x-more", 0))
        self.send_response(200); self.send_header("content-length", str(len(body))); self.end_headers(); self.wfile.write(body)
        self.close_connection = True
    def log_message(self, *words): pass
class Server(http.server.HTTPServer):
    def handle_error(self, request, address): print(type(sys.exception()).__name__, flush=True)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH); context.load_cert_chain("/work/server.pem")
with Server(("127.0.0.1", 8443), Handler) as server:
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("on", flush=True); server.serve_forever()`;
  const started = (program: string, command: string) =>
    new Promise<ReturnType<typeof vm.kernel.spawn>>((resolve) => {
      const child = vm.kernel.spawn(command, [command === "node" ? "-e" : "-c", program], {
        cwd: "/work",
        onStdout: () => resolve(child),
      });
    });
  const child = await started(serving, "python3");
  const lines = `python3 -c '
import ssl, urllib.request
get = lambda **k: urllib.request.urlopen(urllib.request.Request("https://localhost:8443/urllib", headers={"x-more": "300000"}), **k).read()
context = ssl.create_default_context(cafile="ca.pem")
try: get(context=context)
except OSError as error: print(error.reason.verify_message)
# This authority says less of itself than CPython wants of one by now.
context.verify_flags &= ~ssl.VERIFY_X509_STRICT
print(len(get(context=context)))
try: get()
except OSError as error: print(type(error.reason).__name__)'
node -e 'require("https").get({ port: 8443, host: "localhost", path: "/node", ca: require("fs").readFileSync("ca.pem") }, (r) => r.on("data", (d) => console.log(String(d))))'
curl -s --cacert ca.pem https://localhost:8443/curl; echo; curl -s https://localhost:8443/ || echo refused`;
  expect(await vm.run(lines)).toMatchObject({
    stdout:
      "CA cert does not include key usage extension\n300015\nSSLCertVerificationError\n/node TLSv1.3\n/curl TLSv1.3\nrefused\n",
    stderr: "",
  });
  child.kill(9);
  await child.wait();
  const node = await started(
    `const fs = require("fs"), pem = fs.readFileSync("server.pem");
    require("tls").createServer({ key: pem, cert: pem, ca: fs.readFileSync("ca.pem"), requestCert: true }, (s) => { s.end(s.getPeerCertificate().subject.CN + " " + s.alpnProtocol); }).listen(8444, () => console.log("on"));`,
    "node",
  );
  const asking = `
import socket, ssl
context = ssl.create_default_context(cafile="ca.pem"); context.verify_flags &= ~ssl.VERIFY_X509_STRICT; context.load_cert_chain("client.pem")
with socket.create_connection(("localhost", 8444), 20) as plain, context.wrap_socket(plain, server_hostname="localhost") as s:
    print(s.recv(99), s.recv(9), s.getpeercert()["subject"], s.unwrap() is s)
print(ssl.get_server_certificate(("localhost", 8444)) in open("server.pem").read())`;
  await vm.kernel.writeFile("/work/asking.py", asking);
  expect(await vm.run("python3 asking.py")).toMatchObject({
    stdout: "b'client false' b'' ((('commonName', 'server'),),) True\nTrue\n",
    stderr: "",
  });
  node.kill(9);
  await node.wait();
}, 60_000);

test("sockets that do not wait, and those that wait too long", async () => {
  const found = await vm.answers(`${prelude}
import select, socket, threading
ours, theirs = socket.socketpair()
client = trusting("ca.pem").wrap_socket(ours, server_hostname="localhost", do_handshake_on_connect=False)
server = context("server.pem").wrap_socket(theirs, server_side=True, do_handshake_on_connect=False)
found = []
client.settimeout(0.05)
try: client.do_handshake()
except TimeoutError as error: found.append(str(error))
for end in (client, server): end.setblocking(False)
done = set()
while len(done) < 2:
    for end in (client, server):
        try: end.do_handshake(); done.add(end)
        except ssl.SSLWantReadError: select.select([client, server], [], [], 5)
try: client.recv(1)
except ssl.SSLWantReadError: found.append("read")
sent = got = 0
try:
    while True: sent += client.send(b"x" * 50_000)
except ssl.SSLWantWriteError: found.append("write")
again = True
while again or got < sent:
    try: got += len(server.recv(65536))
    except ssl.SSLWantReadError: pass
    if again:
        try: sent += client.send(b"x" * 50_000); again = False
        except ssl.SSLWantWriteError: pass
found.append(got == sent and sent % 50_000 == 0)
client.close()
found.append(server.recv(1).decode())
print(json.dumps(found))`);
  expect(found).toEqual(["_ssl.c: The handshake operation timed out", "read", "write", true, ""]);
});

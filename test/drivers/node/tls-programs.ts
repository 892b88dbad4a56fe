// Programs over TLS and HTTP/2 that print the same on the host's Node and in the sandbox.

import { certificates } from "./tls-certificates.js";

const head = `
const tls = require("tls"), https = require("https"), http2 = require("http2"), net = require("net"), crypto = require("crypto");
const { once } = require("events");
const { ca, server: own, other, client } = ${JSON.stringify(certificates)};
const keys = { key: own.key, cert: own.cert };
const say = (...args) => console.log(...args);
`;

export const tlsPrograms: Readonly<Record<string, string>> = {
  "https, with the authority and without": `${head}
    const server = https.createServer(keys, (q, r) => { r.end(q.method + " " + q.url + " " + q.socket.encrypted); }).listen(0, async () => {
      const ask = (options) => new Promise((done) => https.get({ port: server.address().port, host: "localhost", path: "/a", agent: false, ...options }, (r) => {
        const { authorized } = r.socket; let text = ""; r.on("data", (d) => { text += d; }).on("end", () => done([r.statusCode, text, authorized]));
      }).on("error", (e) => done([e.code, e.message])));
      say(await ask({ ca: ca.cert }));
      say(await ask({}));
      say(await ask({ rejectUnauthorized: false }));
      say(await ask({ ca: ca.cert, servername: "wrong.test" }));
      server.close();
    });`,
  "both sides show certificates": `${head}
    const server = tls.createServer({ ...keys, ca: ca.cert, requestCert: true, rejectUnauthorized: false }, (s) => {
      say("server", s.authorized, s.authorizationError?.code ?? s.authorizationError, s.getPeerCertificate().subject?.CN); s.end("bye");
    }).listen(0, async () => {
      for (const given of [{ key: client.key, cert: client.cert }, {}]) {
        const s = tls.connect({ port: server.address().port, ca: ca.cert, servername: "localhost", ...given });
        await once(s, "secureConnect");
        const peer = s.getPeerCertificate(true);
        say(s.authorized, peer.subject.CN, peer.subjectaltname, peer.issuerCertificate.subject.CN, peer.issuerCertificate.issuerCertificate === peer.issuerCertificate);
        say(s.getPeerX509Certificate().issuerCertificate.subject, s.getProtocol(), s.getCipher().version, s.getEphemeralKeyInfo().type);
        s.resume(); await once(s, "close");
      }
      server.close();
    });`,
  "names, protocols and exported keys": `${head}
    const server = tls.createServer({ ...keys, ALPNProtocols: ["b", "a"], SNICallback: (name, done) => setImmediate(done, null, name === "other.test" ? tls.createSecureContext(other) : undefined) }, (s) => {
      say("server", s.servername, s.alpnProtocol); s.end(s.exportKeyingMaterial(16, "label").toString("hex"));
    }).listen(0, async () => {
      for (const servername of ["localhost", "other.test"]) {
        const s = tls.connect({ port: server.address().port, ca: ca.cert, servername, ALPNProtocols: ["a", "b"] });
        await once(s, "secureConnect");
        let text = ""; s.on("data", (d) => { text += d; });
        say(s.getPeerCertificate().subject.CN, s.alpnProtocol, s.authorized);
        const key = s.exportKeyingMaterial(16, "label").toString("hex");
        await once(s, "close"); say(text === key);
      }
      server.close();
    });`,
  "a session is taken up again": `${head}
    const server = tls.createServer(keys, (s) => s.end("x")).listen(0, async () => {
      for (const maxVersion of ["TLSv1.2", "TLSv1.3"]) {
        let session;
        for (let round = 0; round < 2; round++) {
          const s = tls.connect({ port: server.address().port, ca: ca.cert, servername: "localhost", session, maxVersion });
          s.once("session", (given) => { session = given; });
          s.resume(); await once(s, "close");
          say(maxVersion, s.isSessionReused(), session.length > 0);
        }
      }
      server.close();
    });`,
  "four megabytes in both directions": `${head}
    const data = Buffer.alloc(4 << 20, "0123456789abcdef!");
    const hash = (bytes) => crypto.createHash("sha256").update(bytes).digest("hex");
    const server = tls.createServer(keys, (s) => s.pipe(s)).listen(0, () => {
      const s = tls.connect({ port: server.address().port, ca: ca.cert, servername: "localhost" }); const parts = [];
      s.on("data", (d) => parts.push(d)).on("end", () => { say(hash(Buffer.concat(parts)) === hash(data), s.bytesRead === data.length); server.close(); });
      s.end(data);
    });`,
  "what is no TLS, and what does not fit": `${head}
    const server = tls.createServer({ ...keys, minVersion: "TLSv1.3" }, (s) => s.end()).on("tlsClientError", (e) => say("server", e.code)).listen(0, async () => {
      const plain = net.connect(server.address().port); plain.write("GET / HTTP/1.1\\r\\n\\r\\n"); plain.on("error", () => {}).resume(); await once(plain, "close");
      const old = tls.connect({ port: server.address().port, ca: ca.cert, servername: "localhost", maxVersion: "TLSv1.2" });
      const [error] = await once(old, "error"); say(error.code, error.library, error.reason);
      for (const options of [{ key: "x", cert: "y" }, { ciphers: "none" }, { pfx: Buffer.from("x") }, { key: client.key, cert: own.cert }])
        try { tls.createSecureContext(options); say("?"); } catch (e) { say(e.code, e.message); }
      server.close();
    });`,
  "TLS over a stream of the program's own": `${head}
    const { Duplex } = require("stream");
    class Side extends Duplex { _read() {} _write(d, e, done) { this.other.push(d); done(); } _final(done) { this.other.push(null); done(); } }
    const [a, b] = [new Side(), new Side()]; a.other = b; b.other = a;
    const server = new tls.TLSSocket(a, { isServer: true, ...keys }); server.on("data", (d) => server.end("got " + d));
    const s = tls.connect({ socket: b, ca: ca.cert, servername: "localhost" }, () => s.write("hello"));
    s.on("data", (d) => say(String(d))).on("end", () => say("end"));`,
  "HTTP/2": `${head}
    const server = http2.createSecureServer(keys); server.on("stream", (stream, headers) => {
      if (headers[":path"] === "/echo") { stream.respond({ ":status": 200 }); stream.pipe(stream); return; }
      stream.respond({ ":status": 200, "x-y": "z" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ after: "all" }));
      stream.pushStream({ ":path": "/pushed" }, (e, pushed) => { pushed.respond(); pushed.end("pushed"); });
      stream.end("hello " + headers[":path"]);
    }).listen(0, async () => {
      const session = http2.connect("https://localhost:" + server.address().port, { ca: ca.cert });
      session.on("stream", (pushed, headers) => { pushed.setEncoding("utf8").on("data", (d) => say("push", headers[":path"], d)); });
      const read = async (headers, body) => {
        const stream = session.request(headers); const parts = [];
        stream.on("response", (h) => say(h[":status"], h["x-y"])).on("trailers", (t) => say("trailers", t.after)).on("data", (d) => parts.push(d));
        stream.end(body); await once(stream, "close"); return Buffer.concat(parts);
      };
      say(String(await read({ ":path": "/a" })));
      const data = Buffer.alloc(1 << 20, "abc");
      say((await read({ ":path": "/echo", ":method": "POST" }, data)).equals(data));
      say(session.alpnProtocol, session.encrypted, session.remoteSettings.maxFrameSize, session.state.nextStreamID);
      await new Promise((done) => session.ping(Buffer.from("12345678"), (e, ms, payload) => { say(String(payload)); done(); }));
      session.close(); await once(session, "close"); server.close();
    });`,
  "HTTP/2 without TLS, reset and gone away": `${head}
    const server = http2.createServer((q, r) => { if (q.url === "/reset") r.stream.close(http2.constants.NGHTTP2_CANCEL); else r.end(q.url); }).listen(0, async () => {
      const session = http2.connect("http://localhost:" + server.address().port);
      const one = session.request({ ":path": "/reset" }); one.resume(); await once(one, "close"); say(one.rstCode);
      const many = await Promise.all(Array.from({ length: 20 }, async (_, i) => { const s = session.request({ ":path": "/" + i }); s.setEncoding("utf8"); let t = ""; s.on("data", (d) => { t += d; }); await once(s, "end"); return t; }));
      say(many.join());
      session.on("goaway", (code) => say("goaway", code)).on("error", (e) => say(e.code)).on("close", () => { say("closed"); server.close(); });
      const last = session.request({ ":path": "/last" }); last.on("error", (e) => say(e.code)).resume();
      session.destroy(new Error("enough")); session.once("error", () => {});
    });`,
};

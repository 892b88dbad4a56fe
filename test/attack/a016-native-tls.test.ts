// A016: the same of OpenSSL and nghttp2, which guests' connections are: hostile arguments to all of their functions, junk from
// peers. They may throw; the guest lives.

import { expect, test } from "vitest";
import { bootNode } from "../drivers/node/node-kernel.js";

const PROBE = `
const { internalBinding } = require("internal/test/binding");
const { TCP } = internalBinding("tcp_wrap");
const { SecureContext } = internalBinding("crypto");
const { wrap, TLSWrap } = internalBinding("tls_wrap");
const http2 = internalBinding("http2");
const values = [undefined, null, -1, 0, 1, 3, -(2 ** 31), 1e300, NaN, "", "x".repeat(7000), "\\0\\ud800", {}, [], [1, 2], ["a\\0b\\0c"], new Uint8Array(0), new Uint8Array(10000).fill(255), Buffer.from("-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"), () => 7, true, Symbol("s"), new Proxy({}, {}), [":method\\0GET\\0\\0:path\\0/\\0\\0:scheme\\0http\\0\\0:authority\\0x\\0\\0", 4]];
let calls = 0;
process.on("uncaughtException", () => {});
function all(make, skip = []) {
  for (let proto = Object.getPrototypeOf(make()); proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto))
    for (const name of Object.getOwnPropertyNames(proto)) {
      if (name === "constructor" || skip.includes(name)) continue;
      let target = make(); const t0 = Date.now(); process.on; 
      for (let index = 0; index < values.length; index++) {
        const args = [values[index], values[(index * 7 + 3) % values.length], values[(index * 5 + 1) % values.length], values[(index * 3 + 2) % values.length], values[(index + 9) % values.length]];
        for (const count of [5]) {
          try { const member = target[name]; if (typeof member === "function") { calls++; member.apply(target, args.slice(0, count)); } } catch {}
        }
      }
    }
}
const context = () => { const c = new SecureContext(); c.init(undefined, 0, 0); return c; };
all(context);
const parent = () => new TCP(0);
const shared = context();
const session = (isServer) => () => wrap(parent(), shared, isServer, false);
all(session(true)); all(session(false));
for (const args of [[], [{}], [parent(), {}], [parent(), context()], [new TLSWrap(), context(), true, true]]) try { wrap(...args); } catch {}
http2.refreshDefaultSettings();
const h2 = (type) => () => { const s = new http2.Http2Session(type); s.consume(parent()); return s; };
all(h2(0)); all(h2(1));
for (const type of [0, 1, 7, "x"]) {
  const s = h2(type)();
  s.settings(() => {});
  const stream = s.request([":method\\0GET\\0\\0:path\\0/\\0\\0:scheme\\0http\\0\\0:authority\\0x\\0\\0", 4], 0, 0, 16, false);
  if (typeof stream === "object") all(() => stream);
}
for (const value of values) for (const name of ["nghttp2ErrorString", "setCallbackFunctions", "packSettings"]) try { calls++; http2[name](value, value); } catch {}
// A peer that sends anything.
const crypto = require("crypto");
for (let round = 0; round < 60; round++) {
  const server = session(round % 2 === 0)();
  const peer = h2(round % 2)();
  const junk = crypto.createHash("sha512").update(String(round)).digest();
  try { server.receive(Buffer.concat([Buffer.from([22, 3, 1, 0, 60]), junk])); } catch {}
  try { peer.receive(Buffer.concat([Buffer.from("PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n"), Buffer.from([0, 0, round % 64, round % 12, round, 0, 0, 0, round % 3]), junk])); } catch {}
}
console.log("alive", calls > 1000);
process.exit(0);
`;

test("neither hostile arguments nor junk from a peer end a guest with TLS and HTTP/2", async () => {
  const kernel = await bootNode();
  await kernel.writeFile("/tmp/probe.cjs", PROBE);
  const { stdout, exitCode } = await kernel.exec("node --expose-internals /tmp/probe.cjs");
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "alive true\n" });
});

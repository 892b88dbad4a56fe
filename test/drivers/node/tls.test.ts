// TLS, HTTPS and HTTP/2 of Node guests: the same program on the host's Node, between guests, with the shell's curl, with
// npm and with a server beyond the kernel.

import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createHostNetwork } from "secure-exec/kernel";
import { describe, expect, onTestFinished, test } from "vitest";
import { bootNode, messageOf, nodeInGuest, nodeOnHost, startServer } from "./node-kernel.js";
import { certificates } from "./tls-certificates.js";
import { tlsPrograms } from "./tls-programs.js";

const { ca, server: own } = certificates;

test("programs print what they print on the host's Node", async () => {
  const kernel = await bootNode();
  for (const [name, program] of Object.entries(tlsPrograms)) {
    const host = nodeOnHost(["-e", program], "/");
    const guest = await nodeInGuest(kernel, ["-e", program]);
    expect({ name, ...guest, stderr: messageOf(guest.stderr) }).toEqual({
      name,
      ...host,
      stderr: messageOf(host.stderr),
    });
  }
});

const hello = `
  require("https").createServer(${JSON.stringify({ key: own.key, cert: own.cert })}, (q, r) => r.end(q.method + " " + q.url + "\\n"))
    .listen(8443, () => console.log("up"));`;

describe("a server in one guest", () => {
  test("is trusted by fetch and curl that are given its authority", async () => {
    // curl's TLS is the adapter's.
    const kernel = await bootNode({}, { network: createHostNetwork() });
    await kernel.writeFile("/etc/ca.pem", ca.cert);
    const server = await startServer(kernel, hello);
    const program = `fetch("https://localhost:8443/x").then((r) => r.text()).then((t) => process.stdout.write(t), (e) => console.log(e.cause.code))`;
    const run = (line: string) => kernel.exec(line).then(({ stdout }) => stdout);
    expect(await run(`NODE_EXTRA_CA_CERTS=/etc/ca.pem node -e '${program}'`)).toBe("GET /x\n");
    expect(await run(`node -e '${program}'`)).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE\n");
    expect(await run("curl -s --cacert /etc/ca.pem https://localhost:8443/y")).toBe("GET /y\n");
    server.kill(9);
    expect(await server.wait()).toBe(137);
  });
});

describe("a server beyond the kernel", () => {
  test("is asked by npm, with `cafile`", async () => {
    const versions = { "1.2.3": { name: "leaf", version: "1.2.3", dist: { tarball: "x" } } };
    const server = createServer({ key: own.key, cert: own.cert }, (_, response) =>
      response.end(JSON.stringify({ name: "leaf", "dist-tags": { latest: "1.2.3" }, versions })),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const kernel = await bootNode(
      {},
      {
        network: createHostNetwork(),
        permissions: {
          fs: true,
          childProcess: true,
          env: true,
          network: (request) => ({
            allow: request.op !== "connect" || request.port === port,
            names: ["host.internal"],
          }),
        },
      },
    );
    await kernel.writeFile("/etc/ca.pem", ca.cert);
    const options = `--registry https://host.internal:${port}/ --cafile /etc/ca.pem --fetch-retries 0`;
    const { stdout, exitCode } = await kernel.exec(`npm view leaf version ${options}`);
    expect({ stdout, exitCode }).toEqual({ stdout: "1.2.3\n", exitCode: 0 });
  });
});

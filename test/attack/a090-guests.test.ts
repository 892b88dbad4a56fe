// A090-A093, A101, A103 from programs of Node guests: the network that they do not have.

import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attackNetwork } from "./network-guest.js";
import { isolations } from "./node-guest.js";

const contacts = `
  import net from "node:net";
  import dgram from "node:dgram";
  import dns from "node:dns/promises";
  const tcp = (host, port) => codeOf(happens(net.connect({ host, port }), "connect"));
  const udp = (host) => new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.on("error", (error) => resolve(error.code));
    socket.send("x", 53, host, (error) => { resolve(error?.code ?? "ok"); socket.close(); });
  });
`;

test.each(isolations)("A090: by default nothing leaves; %s isolation", (isolation) =>
  attackNetwork({ isolation }, async ({ run, denied }) => {
    const seen = await run(`${contacts}
      console.log(await tcp("93.184.216.34", 80), await tcp("2606:2800:220:1::1", 80));
      console.log(await udp("93.184.216.34"), await udp("2606:2800:220:1::1"));
      console.log(await codeOf(dns.lookup("example.com")), await codeOf(fetch("https://example.com/")));
      console.log(await codeOf(happens(net.connect({ path: "/var/run/docker.sock" }), "connect")));
    `);
    const [streams = "", datagrams = "", names = "", docker] = seen;
    expect([streams, datagrams]).toEqual(["EACCES EACCES", "EACCES EACCES"]);
    expect(names).not.toContain("ok");
    expect(docker).toBe("ENOENT");
    const tcp = denied.find(
      ({ request }) => request.scope === "network" && request.op === "connect",
    );
    expect(tcp).toMatchObject({
      reason: "no rule of permissions.network allows connect tcp 93.184.216.34:80",
      rule: undefined,
      allow: { scope: "network", rule: { host: "93.184.216.34", port: 80, protocol: "tcp" } },
    });
  }),
);

test.each(isolations)(
  "A091-A093: what is special, when all is allowed; %s isolation",
  (isolation) =>
    attackNetwork({ isolation, network: true }, async ({ run }) => {
      const special = [
        ...["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "10.0.0.1", "192.168.0.1"],
        ...["100.64.0.1", "198.18.0.1", "240.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fc00::1"],
        ...["::ffff:10.0.0.1", "::ffff:169.254.169.254", "0.0.0.1", "10.0.2.2"],
      ];
      const urls = [
        ...["http://metadata.google.internal/", "http://METADATA.google.internal./"],
        ...["http://0251.0376.0251.0376/", "http://2852039166/", "http://[::ffff:a9fe:a9fe]/"],
        ...["http://１６９.254.169.254/", "http://169。254。169。254/", "http://host.internal/"],
      ];
      const seen = await run(`${contacts}
      for (const address of ${JSON.stringify(special)}) console.log(address, await tcp(address, 80));
      for (const url of ${JSON.stringify(urls)}) console.log(url, await codeOf(fetch(url)));
      // These all are the sandbox's own loopback, where nobody listens.
      for (const host of ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.0.0.1.", "[::ffff:127.0.0.1]"]) {
        console.log(await codeOf(fetch("http://" + host + ":81/")));
      }
    `);
      expect(seen.slice(0, special.length)).toEqual(special.map((each) => `${each} EACCES`));
      const named = seen.slice(special.length, -6);
      for (const line of named) expect(line).toMatch(/ (EACCES|EAI_FAIL|EAI_AGAIN|ENOTFOUND)$/);
      expect(seen.slice(-6)).toEqual(Array(6).fill("ECONNREFUSED"));
    }),
);

test.each(isolations)(
  "A101, A103: the host's ports and sockets; %s isolation",
  async (isolation) => {
    const folder = mkdtempSync(join(tmpdir(), "secure-exec-docker-"));
    let callers = 0;
    const called = (): void => {
      callers++;
    };
    const server = createServer(called).listen(0);
    const docker = createServer(called).listen(join(folder, "docker.sock"));
    try {
      const { port } = server.address() as { port: number };
      const mounts = [{ guestPath: "/run/host", hostPath: folder, readOnly: false }];
      await attackNetwork({ isolation, network: true, mounts }, async ({ run }) => {
        const seen = await run(`${contacts}
        for (const host of ["127.0.0.1", "::1", "0.0.0.0", "10.0.2.15"]) console.log(await tcp(host, ${port}));
        for (const host of ["10.0.2.2", "host.internal"]) console.log(await tcp(host, ${port}));
        for (const path of ["/run/host/docker.sock", "/proc/self/root/run/host/docker.sock"]) {
          console.log(await codeOf(happens(net.connect({ path }), "connect")));
        }
        const own = net.createServer().listen(${port}, "0.0.0.0");
        console.log(await codeOf(happens(own, "listening")));
        own.close();
      `);
        expect(seen.slice(0, 4)).toEqual(Array(4).fill("ECONNREFUSED"));
        for (const line of seen.slice(4, 8)) expect(line).not.toBe("ok");
        expect(seen[8]).toBe("ok");
      });
      expect(callers).toBe(0);
    } finally {
      server.close();
      docker.close();
      rmSync(folder, { recursive: true });
    }
  },
);

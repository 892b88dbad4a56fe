// Sockets of Node guests: the same program on the host's Node, between guests, and what the policy says.

import type { NetworkAdapter } from "secure-exec/kernel";
import { describe, expect, test } from "vitest";
import { datagramPrograms, nameProgram, netPrograms } from "./net-programs.js";
import { bootNode, messageOf, nodeInGuest, nodeOnHost, startServer } from "./node-kernel.js";

async function saysTheSame(program: string): Promise<void> {
  const kernel = await bootNode();
  const host = nodeOnHost(["-e", program], "/");
  const guest = await nodeInGuest(kernel, ["-e", program]);
  expect(messageOf(guest.stderr)).toBe(messageOf(host.stderr));
  expect(guest.stdout).toBe(host.stdout);
  expect(guest.exitCode).toBe(host.exitCode);
}

describe("net, as on the host's Node", () => {
  test.each(Object.entries(netPrograms))("%s", (_, program) => saysTheSame(program), 60_000);
});

describe("dgram, as on the host's Node", () => {
  test.each(Object.entries(datagramPrograms))("%s", (_, program) => saysTheSame(program));
});

test("dns, as on the host's Node", () => saysTheSame(nameProgram));

describe("between guests", () => {
  test("a server in one, a client in the other, and the port is free afterwards", async () => {
    const kernel = await bootNode();
    const program = `
      const server = require("net").createServer((socket) => { socket.end("from " + process.pid); server.close(); });
      server.listen(4000, () => console.log("listening"));`;
    for (let round = 0; round < 2; round++) {
      const guest = await startServer(kernel, program);
      const client = await nodeInGuest(kernel, [
        "-e",
        `require("net").connect(4000).on("data", (data) => console.log(String(data)))`,
      ]);
      expect(client).toMatchObject({ stdout: `from ${guest.pid}\n`, stderr: "", exitCode: 0 });
      expect(await guest.wait()).toBe(0);
    }
  });

  test("the client of a guest that is killed hears of it", async () => {
    const kernel = await bootNode();
    const guest = await startServer(
      kernel,
      `require("net").createServer((s) => s.write("x")).listen(4000, () => console.log("up"))`,
    );
    const client = kernel.spawn(
      "node",
      [
        "-e",
        `require("net").connect(4000).on("data", () => console.log("data")).on("error", (e) => console.log(e.code)).on("close", () => console.log("close"))`,
      ],
      {
        onStdout: (data) => {
          output += Buffer.from(data).toString();
          if (output === "data\n") guest.kill(9);
        },
      },
    );
    let output = "";
    expect(await client.wait()).toBe(0);
    expect(output).toMatch(/^data\n(ECONNRESET\n)?close\n$/);
    expect(await guest.wait()).toBe(137);
  });
});

describe("the world outside", () => {
  test("is refused by EACCES unless the policy says yes", async () => {
    const kernel = await bootNode({}, { permissions: { network: () => ({ allow: false }) } });
    const { stdout } = await nodeInGuest(kernel, [
      "-e",
      `const told = (error) => console.log(error.code, error.syscall, error.message);
       require("net").connect(80, "192.0.2.1").on("error", (error) => { told(error);
         require("dns").lookup("example.com", (error) => { told(error);
           fetch("http://192.0.2.1/").catch((error) => told(error.cause)); }); });`,
    ]);
    expect(stdout).toBe(
      "EACCES connect connect EACCES 192.0.2.1:80 - Local (0.0.0.0:0)\n" +
        "EACCES getaddrinfo getaddrinfo EACCES example.com\n" +
        "EACCES connect connect EACCES 192.0.2.1:80 - Local (0.0.0.0:0)\n",
    );
  });

  test("is asked for a name while the loop goes on", async () => {
    let answer = (): void => {};
    const network: NetworkAdapter = {
      resolve: (name) =>
        new Promise((resolve) => {
          answer = () => resolve(name === "slow.example" ? [{ address: "192.0.2.7" }] : []);
        }),
      connect: () => Promise.reject(new Error("nobody connects")),
    };
    const permissions = {
      network: () => ({ allow: true, names: ["slow.example", "192.0.2.7"] }),
    };
    const kernel = await bootNode({}, { network, permissions });
    let output = "";
    const guest = kernel.spawn(
      "node",
      [
        "-e",
        `require("dns").lookup("slow.example", { all: true }, (error, all) => console.log(error, all));
         setTimeout(() => console.log("the loop goes on"), 1);`,
      ],
      {
        onStdout: (data) => {
          output += Buffer.from(data).toString();
          answer();
        },
      },
    );
    expect(await guest.wait()).toBe(0);
    expect(output).toBe("the loop goes on\nnull [ { address: '192.0.2.7', family: 4 } ]\n");
  });

  test("is not needed for what is inside", async () => {
    const kernel = await bootNode({}, { permissions: { network: () => ({ allow: false }) } });
    const { stdout, stderr } = await nodeInGuest(kernel, [
      "-e",
      `const server = require("http").createServer((q, r) => r.end("inside")).listen(0, () =>
         fetch("http://localhost:" + server.address().port).then((r) => r.text()).then((text) => { console.log(text); server.close(); server.closeIdleConnections(); }))`,
    ]);
    expect(stderr).toBe("");
    expect(stdout).toBe("inside\n");
  });
});

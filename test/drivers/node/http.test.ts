// HTTP of Node guests: the same program on the host's Node, between guests, and with the shell's curl.

import { describe, expect, test } from "vitest";
import { httpPrograms } from "./http-programs.js";
import { bootNode, messageOf, nodeInGuest, nodeOnHost, startServer } from "./node-kernel.js";

describe("as on the host's Node", () => {
  test.each(Object.entries(httpPrograms))("%s", async (_, program) => {
    const kernel = await bootNode();
    const host = nodeOnHost(["-e", program], "/");
    const guest = await nodeInGuest(kernel, ["-e", program]);
    expect(messageOf(guest.stderr)).toBe(messageOf(host.stderr));
    expect(guest.stdout).toBe(host.stdout);
    expect(guest.exitCode).toBe(host.exitCode);
  });
});

const hello = `
  require("http").createServer((q, r) => { let text = ""; q.on("data", (d) => { text += d; }).on("end", () => r.end(q.method + " " + q.url + " " + text + "\\n")); })
    .listen(8080, () => console.log("up"));`;

describe("a server in one guest", () => {
  test("answers fetch of another", async () => {
    const kernel = await bootNode();
    const server = await startServer(kernel, hello);
    const client = await nodeInGuest(kernel, [
      "-e",
      `fetch("http://localhost:8080/x", { method: "PUT", body: "data" }).then((r) => r.text()).then((text) => process.stdout.write(text))`,
    ]);
    expect(client).toMatchObject({ stdout: "PUT /x data\n", stderr: "", exitCode: 0 });
    server.kill(15);
    expect(await server.wait()).toBe(143);
  });

  test("answers the shell's curl, and is gone when it is killed", async () => {
    const kernel = await bootNode();
    const server = await startServer(kernel, hello);
    expect(await kernel.exec("curl -s http://localhost:8080/a -d b=c")).toMatchObject({
      stdout: "POST /a b=c\n",
      exitCode: 0,
    });
    expect(
      await kernel.exec("curl -s http://127.0.0.1:8080/a http://127.0.0.1:8080/b"),
    ).toMatchObject({
      stdout: "GET /a \nGET /b \n",
      exitCode: 0,
    });
    server.kill(9);
    expect(await server.wait()).toBe(137);
    expect((await kernel.exec("curl -s http://localhost:8080/")).exitCode).toBe(7);
  });
});

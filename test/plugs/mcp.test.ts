// The MCP server with the official client, over stdio (`secure-exec mcp`) and over HTTP: every tool, bounds, errors, and
// that no web page reaches it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { serveMcpOverHttp } from "secure-exec/mcp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli } from "../fixtures/cli.js";

const toolNames = "exec start logs stop read write list snapshot restore".split(" ");

/** What a tool answered: its text and its fields, or the text of its error. */
async function call(client: Client, name: string, input: Record<string, unknown> = {}) {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: input });
  const [first] = content;
  const text = first?.type === "text" ? first.text : "";
  return { text, fields: structuredContent as Record<string, unknown>, isError: isError === true };
}

/** A session that uses every tool. */
async function useAllTools(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(toolNames);

  const written = await call(client, "write", { path: "notes/a.txt", content: "one\ntwo\n" });
  expect(written.fields).toEqual({ bytes: 8 });
  const result = await call(client, "exec", {
    command: "cat; wc -l < notes/a.txt; echo $NAME >&2; exit 3",
    stdin: "in\n",
    env: { NAME: "value" },
  });
  expect(result.text).toBe("in\n2\n[stderr]\nvalue\n[exit code 3]");
  expect(result.fields).toMatchObject({ stdout: "in\n2\n", stderr: "value\n", exitCode: 3 });

  const { fields: saved } = await call(client, "snapshot");
  await call(client, "exec", { command: "rm -r notes; head -c 3 /dev/zero > zeros" });
  expect((await call(client, "list")).fields).toEqual({
    entries: [{ name: "zeros", type: "file", size: 3 }],
    total: 1,
  });
  expect((await call(client, "read", { path: "zeros", encoding: "base64" })).text).toBe("AAAA");

  const started = await call(client, "start", { command: "echo up; sleep 1000" });
  const { pid } = started.fields;
  await expect
    .poll(() => call(client, "logs", { pid }))
    .toMatchObject({ fields: { output: "up\n", next: 3, running: true, exitCode: null } });
  expect((await call(client, "logs", { pid, since: 3 })).fields).toMatchObject({ output: "" });
  expect((await call(client, "stop", { pid })).fields).toEqual({ exitCode: 143 });
  expect((await call(client, "logs", { pid })).fields).toMatchObject({ running: false });

  await call(client, "restore", saved);
  expect((await call(client, "read", { path: "notes/a.txt", offset: 4 })).text).toBe("two\n");
  expect((await call(client, "list", { path: "/home/user" })).text).toBe("notes/");
}

test("over stdio: `secure-exec mcp`", { timeout: 60_000 }, async () => {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [cli, "mcp", "--limit", "processes=32"],
  });
  await client.connect(transport);
  await useAllTools(client);
  const { pid } = transport;
  await client.close();
  // Its input has ended: the server is gone with its sandbox.
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test("`secure-exec mcp --http` says where it is, and ends at SIGTERM", async () => {
  const server = spawn(process.execPath, [cli, "mcp", "--http"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, SECURE_EXEC_MCP_TOKEN: "secret" },
  });
  const [said] = await once(server.stderr, "data");
  const [, url = ""] = /^secure-exec: MCP at (http:\/\/127\.0\.0\.1:\d+\/mcp)\n$/.exec(said) ?? [];
  expect(await status(url, {})).toBe(401);
  const authorization = "Bearer secret";
  expect(await status(url, { authorization, "content-type": "application/json" })).toBe(400);
  server.kill("SIGTERM");
  expect(await once(server, "exit")).toEqual([0, null]);
});

function isRunning(pid: number | null): boolean {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The status that a request with these headers is answered with. */
function status(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", headers });
    asked.on("response", (response) => resolve(response.resume().statusCode));
    asked.on("error", reject);
    asked.end("{}");
  });
}

describe("over HTTP", () => {
  let server: Awaited<ReturnType<typeof serveMcpOverHttp>>;
  let client: Client;
  /** One that speaks the protocol's newest revision, which knows no sessions. */
  let modern: Client;

  async function connected(options?: ConstructorParameters<typeof Client>[1]): Promise<Client> {
    const connecting = new Client({ name: "test", version: "1" }, options);
    await connecting.connect(new StreamableHTTPClientTransport(new URL(server.url)));
    return connecting;
  }

  beforeAll(async () => {
    server = await serveMcpOverHttp({ outputCharacters: 1000 });
    client = await connected();
    modern = await connected({ versionNegotiation: { mode: "auto" } });
  });
  afterAll(async () => {
    await client.close();
    await modern.close();
    await server.close();
  });

  test("every tool", () => useAllTools(client));

  test("two clients, of two revisions of the protocol, work in one sandbox", async () => {
    expect(client.getNegotiatedProtocolVersion()).toBe("2025-11-25");
    expect(modern.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    await call(modern, "write", { path: "shared", content: "by the other" });
    expect((await call(client, "read", { path: "shared" })).text).toBe("by the other");
  });

  test("answers are bounded", async () => {
    const { text, fields } = await call(client, "exec", { command: "seq 100000" });
    expect(text.length).toBeLessThan(1200);
    expect(text).toMatch(/^1\n2\n.*characters left out.*\n100000\n\[exit code 0\]$/s);
    expect(fields).toMatchObject({ truncated: true });
    await call(client, "exec", {
      command: "seq 100000 > numbers; mkdir many; cd many; seq 1500 | xargs touch",
    });
    const part = await call(client, "read", { path: "numbers", length: 50_000 });
    expect(part.fields).toMatchObject({ size: 588_895, next: 1000, truncated: true });
    const listed = await call(client, "list", { path: "many" });
    expect(listed.fields).toMatchObject({ total: 1500 });
    expect(listed.fields.entries).toHaveLength(1000);
    const { fields: noisy } = await call(client, "start", { command: "seq 1000000; sleep 1000" });
    const { pid } = noisy;
    await expect
      .poll(async () => (await call(client, "logs", { pid })).text)
      .toMatch(/bytes left out.*\n1000000\n\n\[running; next: 6888896\]$/s);
    await call(client, "stop", { pid });
  });

  test("what goes wrong is told to the model", async () => {
    const failures: [string, Record<string, unknown>, string][] = [
      ["read", { path: "/no/such" }, "ENOENT"],
      ["read", {}, "path"],
      ["exec", { command: "true", shell: "zsh" }, "additional properties"],
      ["exec", { command: "echo begun; sleep 1000", timeoutMs: 300 }, "begun\n[ended: not done"],
      ["restore", { id: "x" }, "no snapshot x"],
      ["logs", { pid: 999_999 }, "no process 999999"],
    ];
    for (const [name, input, message] of failures) {
      const { text, isError } = await call(client, name, input);
      expect({ name, isError, text }).toMatchObject({
        isError: true,
        text: expect.stringContaining(message),
      });
    }
  });

  test("a call that is aborted ends its command", async () => {
    for (const [who, seconds] of [
      [client, 4321],
      [modern, 4322],
    ] as const) {
      const abort = new AbortController();
      const asked = who.callTool(
        { name: "exec", arguments: { command: `touch begun-${seconds}; sleep ${seconds}` } },
        { signal: abort.signal },
      );
      await expect.poll(async () => (await call(who, "list")).text).toContain(`begun-${seconds}`);
      abort.abort(new Error("enough"));
      await expect(asked).rejects.toThrow("enough");
      const processes = `ps -o args= | grep -c '[s]leep ${seconds}'`;
      await expect
        .poll(async () => (await call(who, "exec", { command: processes })).text)
        .toBe("0\n[exit code 1]");
    }
  });

  test("it listens on loopback, and answers neither a foreign Host nor a foreign Origin", async () => {
    expect(new URL(server.url).hostname).toBe("127.0.0.1");
    expect(await status(server.url, { host: "attacker.example" })).toBe(403);
    expect(await status(server.url, { origin: "https://attacker.example" })).toBe(403);
    expect(await status(server.url, { origin: "null" })).toBe(403);
    expect(await status(server.url, { "content-type": "text/plain" })).toBe(415);
  });

  test("with a token, only who knows it is served", async () => {
    const closed = await serveMcpOverHttp({ token: "secret" });
    expect(await status(closed.url, {})).toBe(401);
    expect(await status(closed.url, { authorization: "Bearer wrong" })).toBe(401);
    const url = new URL(closed.url);
    const requestInit = { headers: { authorization: "Bearer secret" } };
    const knowing = new Client({ name: "test", version: "1" });
    await knowing.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    expect((await knowing.listTools()).tools).toHaveLength(toolNames.length);
    await knowing.close();
    await closed.close();
  });
});

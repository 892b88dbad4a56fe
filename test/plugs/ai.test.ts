// The plug for the Vercel AI SDK with the SDK itself: a scripted model calls our tools, and a tool of somebody else's works
// on our sandbox session.

import { generateText, isStepCount, jsonSchema, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { NodeRuntime } from "secure-exec";
import { createSandboxSession, createSandboxTools } from "secure-exec/ai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let runtime: NodeRuntime;
beforeAll(async () => {
  runtime = await NodeRuntime.create();
});
afterAll(() => runtime.dispose());

type Answer = Awaited<ReturnType<MockLanguageModelV4["doGenerate"]>>;

const usage: Answer["usage"] = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** A model that calls these tools, one a step, and then says "done". */
function scriptedModel(calls: readonly (readonly [name: string, input: object])[]) {
  const steps = calls.map(
    ([toolName, input], index): Answer => ({
      content: [
        { type: "tool-call", toolCallId: `call-${index}`, toolName, input: JSON.stringify(input) },
      ],
      finishReason: { unified: "tool-calls", raw: undefined },
      usage,
      warnings: [],
    }),
  );
  const last: Answer = {
    content: [{ type: "text", text: "done" }],
    finishReason: { unified: "stop", raw: undefined },
    usage,
    warnings: [],
  };
  return new MockLanguageModelV4({ doGenerate: [...steps, last] });
}

describe("tools", () => {
  test("a model writes a file, runs commands and code on it, lists and reads", async () => {
    const model = scriptedModel([
      ["writeFile", { path: "data/numbers.txt", content: "3\n1\n2\n" }],
      [
        "bash",
        {
          command: "sort data/numbers.txt | tee sorted; [[ b == b* ]] && echo b >&2; exit 4",
        },
      ],
      [
        "runJavaScript",
        { code: "console.log(await (await import('fs/promises')).readFile('sorted', 'utf8'))" },
      ],
      ["listFiles", { path: "." }],
      ["readFile", { path: "sorted" }],
      ["readFile", { path: "missing" }],
    ]);
    const { text, steps } = await generateText({
      model,
      prompt: "sort the numbers",
      tools: createSandboxTools(runtime),
      stopWhen: isStepCount(10),
    });
    expect(text).toBe("done");
    const outputs = steps.flatMap((step) => step.toolResults.map(({ output }) => output));
    expect(outputs).toEqual([
      { bytes: 6 },
      { stdout: "1\n2\n3\n", stderr: "b\n", exitCode: 4 },
      { stdout: "1\n2\n3\n\n", stderr: "", exitCode: 0 },
      {
        entries: [
          { name: "data", type: "directory", size: expect.any(Number) },
          { name: "sorted", type: "file", size: 6 },
        ],
        total: 2,
      },
      { content: "1\n2\n3\n", bytes: 6 },
    ]);
    const errors = steps.flatMap(({ content }) =>
      content.filter(({ type }) => type === "tool-error"),
    );
    expect(errors).toMatchObject([{ toolName: "readFile", error: { code: "ENOENT" } }]);
    // What the model is told of the last two.
    const told = JSON.stringify(model.doGenerateCalls.at(-1)?.prompt);
    expect(told).toContain("1\\n2\\n3");
    expect(told).toContain("ENOENT");
  });

  test("a file that is too large to be held is not read", async () => {
    // All of it is a hole, which costs the sandbox nothing.
    await runtime.shell("truncate -s 400M hole");
    const { steps } = await generateText({
      model: scriptedModel([["readFile", { path: "hole" }]]),
      prompt: "read",
      tools: createSandboxTools(runtime),
      stopWhen: isStepCount(2),
    });
    const told = steps.flatMap(({ content }) =>
      content.filter(({ type }) => type === "tool-error"),
    );
    expect(told).toMatchObject([{ error: { message: expect.stringContaining("use bash") } }]);
    await runtime.remove("hole");
  });

  test("answers are bounded, and a command that takes too long ends", async () => {
    const tools = createSandboxTools(runtime, { outputCharacters: 100, timeoutMs: 500 });
    const { steps } = await generateText({
      model: scriptedModel([
        ["bash", { command: "seq 1000" }],
        ["bash", { command: "sleep 1000" }],
      ]),
      prompt: "count",
      tools,
      stopWhen: isStepCount(10),
    });
    const [bounded] = steps.flatMap((step) => step.toolResults);
    expect(bounded?.output).toMatchObject({
      stdout: expect.stringMatching(/^1\n2\n.*left out.*\n1000\n$/s),
    });
    const [error] = steps.flatMap(({ content }) =>
      content.filter(({ type }) => type === "tool-error"),
    );
    expect(error).toMatchObject({ error: { code: "ERR_TIMEOUT" } });
  });
});

describe("the sandbox session", () => {
  test("a tool of another library works on it", async () => {
    const wordCount = tool({
      description: "Counts the words of a text.",
      inputSchema: jsonSchema<{ text: string }>({
        type: "object",
        properties: { text: { type: "string" } },
      }),
      async execute({ text }, { experimental_sandbox: sandbox, abortSignal }) {
        if (!sandbox) throw new Error("no sandbox");
        const signal = abortSignal ? { abortSignal } : {};
        await sandbox.writeTextFile({ path: "text", content: text, ...signal });
        return sandbox.run({ command: "wc -w < $FILE", env: { FILE: "text" }, ...signal });
      },
    });
    const { steps } = await generateText({
      model: scriptedModel([["wordCount", { text: "one two three" }]]),
      prompt: "count",
      tools: { wordCount },
      experimental_sandbox: createSandboxSession(runtime),
      stopWhen: isStepCount(2),
    });
    expect(steps[0]?.toolResults[0]?.output).toEqual({ exitCode: 0, stdout: "3\n", stderr: "" });
  });

  test("files: text, bytes and streams; what is missing is null", async () => {
    const session = createSandboxSession(runtime);
    const bytes = Uint8Array.from({ length: 300 }, (_, index) => index % 256);
    await session.writeFile({ path: "made/on/the/way", content: new Blob([bytes]).stream() });
    expect(await session.readBinaryFile({ path: "made/on/the/way" })).toEqual(bytes);
    const stream = await session.readFile({ path: `${runtime.cwd}/made/on/the/way` });
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(bytes);
    await session.writeTextFile({ path: "lines", content: "one\ntwo\nthree\n" });
    expect(await session.readTextFile({ path: "lines", startLine: 2, endLine: 2 })).toBe("two\n");
    expect(await session.readTextFile({ path: "lines", startLine: 3, endLine: 9 })).toBe("three\n");
    await session.writeTextFile({ path: "wide", content: "é", encoding: "utf-16le" });
    expect(await session.readTextFile({ path: "wide", encoding: "utf-16le" })).toBe("é");
    expect(await session.readFile({ path: "missing" })).toBeNull();
    expect(await session.readTextFile({ path: "lines/below" })).toBeNull();
    await expect(session.writeTextFile({ path: "made", content: "" })).rejects.toMatchObject({
      code: "EISDIR",
    });
  });

  test("directories and what is in them", async () => {
    const session = createSandboxSession(runtime);
    await session.run({
      command: "mkdir -p dir/sub; echo 12 > dir/file; ln -s file dir/link; mkfifo dir/fifo",
    });
    const entries = await session.listDirectory({ path: "dir" });
    expect(entries).toEqual([
      { name: "fifo", type: "other" },
      { name: "file", type: "file" },
      { name: "link", type: "symlink" },
      { name: "sub", type: "directory" },
    ]);
    expect(await session.stat({ path: "dir/link" })).toEqual({ type: "file", size: 3 });
    expect(await session.stat({ path: "nowhere" })).toBeNull();
    expect(await session.listDirectory({ path: "nowhere" })).toBeNull();
    await expect(session.listDirectory({ path: "dir/file" })).rejects.toMatchObject({
      code: "ENOTDIR",
    });
    expect(await session.deleteFile({ path: "dir/link" })).toBe(true);
    expect(await session.deleteFile({ path: "dir/link" })).toBe(false);
    expect(await session.stat({ path: "dir/file" })).toEqual({ type: "file", size: 3 });
    await expect(session.deleteFile({ path: "dir/sub" })).rejects.toMatchObject({ code: "EISDIR" });
  });

  test("a process: its streams, its input, its end by kill and by abort", async () => {
    const session = createSandboxSession(runtime);
    const upper = await session.spawn({ command: "tr a-z A-Z; echo end >&2; exit 5", stdin: true });
    const writer = upper.stdin.getWriter();
    await writer.write(new TextEncoder().encode("words\n"));
    await writer.close();
    expect(await new Response(upper.stdout).text()).toBe("WORDS\n");
    expect(await new Response(upper.stderr).text()).toBe("end\n");
    expect(await upper.wait()).toEqual({ exitCode: 5 });

    const killed = await session.spawn({ command: "sleep 1000", workingDirectory: "/tmp" });
    await killed.kill();
    await killed.kill();
    expect(await killed.wait()).toEqual({ exitCode: 143 });

    const abort = new AbortController();
    const aborted = await session.spawn({ command: "sleep 1000", abortSignal: abort.signal });
    abort.abort(new Error("enough"));
    await expect(aborted.wait()).rejects.toThrow("enough");
    const running = session.run({ command: "sleep 1000", abortSignal: AbortSignal.abort() });
    await expect(running).rejects.toThrow("abort");
  });
});

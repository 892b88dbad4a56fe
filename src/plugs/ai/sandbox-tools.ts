/** Ready tools for a model: a shell, and files. What they answer is bounded, for a model's room is small. */
import { jsonSchema, type ToolSet, tool } from "ai";
import type { NodeRuntime } from "../../runtime/node-runtime.js";
import { boundedText, OUTPUT_CHARACTERS, READ_BYTES_MAX } from "../bounded-text.js";
import { directoryEntries } from "../directory-entries.js";

export interface SandboxToolsOptions {
  /** The most characters of output that one answer has. Default 30,000. */
  readonly outputCharacters?: number;
  /** How long one command may take, in ms. Default two minutes. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
const ENTRIES_MAX = 1000;

/** The schema of an object whose members are strings, all of them needed. */
function strings<Name extends string>(members: Readonly<Record<Name, string>>) {
  const properties = Object.fromEntries(
    Object.entries<string>(members).map(([name, description]) => [
      name,
      { type: "string" as const, description },
    ]),
  );
  return jsonSchema<Record<Name, string>>({
    type: "object",
    properties,
    required: Object.keys(members),
    additionalProperties: false,
  });
}

const path = "Absolute, or relative to the working directory";

/**
 * `bash`, `runJavaScript`, `readFile`, `writeFile` and `listFiles` in a runtime, for the `tools` of `generateText` and
 * its like. Failed commands are answers; a tool rejects, which the SDK tells the model, for a file that is not there
 * or a command that takes too long. The runtime stays the caller's, who disposes it.
 */
export function createSandboxTools(runtime: NodeRuntime, options: SandboxToolsOptions = {}) {
  const { outputCharacters = OUTPUT_CHARACTERS, timeoutMs = TIMEOUT_MS } = options;
  const bounded = (text: string) => boundedText(text, outputCharacters);
  const call = (signal: AbortSignal | undefined) => ({ timeoutMs, ...(signal && { signal }) });
  const file = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
  return {
    bash: tool({
      description:
        "Runs a shell script in a sandboxed Unix system to its end. Files stay from call to call; variables and the " +
        `working directory (${runtime.cwd}) do not.`,
      inputSchema: strings({ command: "The script" }),
      async execute({ command }, { abortSignal }) {
        const result = await runtime.execCommand("bash", ["-c", command], call(abortSignal));
        return {
          stdout: bounded(result.stdout),
          stderr: bounded(result.stderr),
          exitCode: result.exitCode,
        };
      },
    }),
    runJavaScript: tool({
      description:
        "Runs JavaScript in the sandbox's Node, as an ES module with top-level await, and answers with what it printed.",
      inputSchema: strings({ code: "The module" }),
      async execute({ code }, { abortSignal }) {
        const result = await runtime.exec(code, call(abortSignal));
        return {
          stdout: bounded(result.stdout),
          stderr: bounded(result.stderr),
          exitCode: result.exitCode,
        };
      },
    }),
    readFile: tool({
      description: "The content of a text file in the sandbox.",
      inputSchema: strings({ path }),
      async execute({ path }, { abortSignal }) {
        const { size } = await runtime.stat(path, file(abortSignal));
        if (size > READ_BYTES_MAX) {
          throw new Error(`${path} has ${size} bytes: use bash with head, tail, sed or grep`);
        }
        const bytes = await runtime.readFile(path, file(abortSignal));
        return { content: bounded(new TextDecoder().decode(bytes)), bytes: bytes.length };
      },
    }),
    writeFile: tool({
      description: "Makes a file in the sandbox or replaces its content; directories are made.",
      inputSchema: strings({ path, content: "The whole content" }),
      async execute({ path, content }, { abortSignal }) {
        await runtime.writeFile(path, content, file(abortSignal));
        return { bytes: Buffer.byteLength(content) };
      },
    }),
    listFiles: tool({
      description: "The entries of a directory in the sandbox.",
      inputSchema: strings({ path }),
      async execute({ path }) {
        return directoryEntries(runtime, path, ENTRIES_MAX);
      },
    }),
  } satisfies ToolSet;
}

/** The tools that run programs: `exec` to their end; `start`, `logs` and `stop` for those that stay. */
import { TimeoutError } from "../../runtime/errors.js";
import { boundedText } from "../bounded-text.js";
import { objectSchema, type SandboxTool, sandboxTool } from "./tool.js";

interface CommandInput {
  command: string;
  cwd?: string;
  env?: Record<string, string>;
}

interface ExecInput extends CommandInput {
  stdin?: string;
  timeoutMs?: number;
}

const commandProperties = {
  command: { type: "string", description: "A script for the shell (sh)" },
  cwd: { type: "string", description: "The directory to run it in, absolute" },
  env: {
    type: "object",
    additionalProperties: { type: "string" },
    description: "Environment variables besides those of the sandbox",
  },
} as const;

const exec = sandboxTool<ExecInput>({
  name: "exec",
  title: "Run a command",
  description:
    "Runs a shell script in the sandbox to its end and returns what it printed and its exit code. " +
    "The sandbox has sh, bash, the usual Unix commands and node. " +
    "Files stay from call to call; variables and the working directory do not. For servers use start.",
  annotations: { destructiveHint: true, openWorldHint: false },
  inputSchema: objectSchema(
    {
      ...commandProperties,
      stdin: { type: "string", description: "What it reads from standard input" },
      timeoutMs: {
        type: "integer",
        minimum: 1,
        description: "It is ended after so many milliseconds",
      },
    },
    ["command"],
  ),
  async run(sandbox, { command, timeoutMs, ...options }, signal) {
    const limitMs = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, sandbox.execTimeoutMs);
    const bounded = (text: string) => boundedText(text, sandbox.outputCharacters);
    try {
      const result = await sandbox.runtime.shell(command, {
        ...options,
        timeoutMs: limitMs,
        signal,
      });
      const stdout = bounded(result.stdout);
      const stderr = bounded(result.stderr);
      const { exitCode, durationMs } = result;
      const truncated =
        result.truncated ||
        result.stdout.length > sandbox.outputCharacters ||
        result.stderr.length > sandbox.outputCharacters;
      const fields = { stdout, stderr, exitCode, signal: result.signal, durationMs, truncated };
      return { text: report(stdout, stderr, `exit code ${exitCode}`), fields };
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      const ending = `ended: not done after ${limitMs} ms`;
      throw new Error(report(bounded(error.stdout), bounded(error.stderr), ending));
    }
  },
});

const start = sandboxTool<CommandInput>({
  name: "start",
  title: "Start a command",
  description:
    "Starts a shell script in the sandbox and returns its pid at once: for servers and other programs " +
    "that stay. See what they print with logs, end them with stop.",
  annotations: { destructiveHint: true, openWorldHint: false },
  inputSchema: objectSchema(commandProperties, ["command"]),
  async run(sandbox, { command, ...options }) {
    const { process } = await sandbox.start(command, options);
    return { text: `started with pid ${process.pid}`, fields: { pid: process.pid } };
  },
});

const logs = sandboxTool<{ pid: number; since?: number }>({
  name: "logs",
  title: "Read a started command's output",
  description:
    "What a started command has printed, standard output and errors in one; the end of it if it is much. " +
    "Pass `next` of the last answer as `since` for what is new.",
  annotations: { readOnlyHint: true },
  inputSchema: objectSchema(
    {
      pid: { type: "integer", description: "What start returned" },
      since: { type: "integer", minimum: 0, description: "Where to begin; default 0" },
    },
    ["pid"],
  ),
  async run(sandbox, { pid, since = 0 }) {
    const { process, log } = sandbox.startedProcess(pid);
    const { text, next, skipped } = log.read(since, sandbox.outputCharacters);
    const { exitCode } = process;
    const state = exitCode === null ? "running" : `exit code ${exitCode}`;
    const gap = skipped > 0 ? `[... ${skipped} bytes left out ...]\n` : "";
    const fields = { output: text, next, skipped, running: exitCode === null, exitCode };
    return { text: `${gap}${text}\n[${state}; next: ${next}]`, fields };
  },
});

const SIGTERM = 15;
const SIGKILL = 9;
/** How long a program has to end itself. */
const GRACE_MS = 2000;

const stop = sandboxTool<{ pid: number }>({
  name: "stop",
  title: "Stop a started command",
  description:
    "Ends a started command: SIGTERM, and SIGKILL if that does not help. Returns its exit code.",
  annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
  inputSchema: objectSchema({ pid: { type: "integer", description: "What start returned" } }, [
    "pid",
  ]),
  async run(sandbox, { pid }) {
    const { process } = sandbox.startedProcess(pid);
    if (process.exitCode === null) process.kill(SIGTERM);
    const grace = setTimeout(() => process.kill(SIGKILL), GRACE_MS);
    const exitCode = await process.wait();
    clearTimeout(grace);
    return { text: `exit code ${exitCode}`, fields: { exitCode } };
  },
});

/** Both streams and how it ended, as a model reads them best. */
function report(stdout: string, stderr: string, ending: string): string {
  const parts = [stdout, stderr === "" ? "" : `[stderr]\n${stderr}`, `[${ending}]`];
  return parts
    .filter((part) => part !== "")
    .map((part) => part.replace(/\n$/, ""))
    .join("\n");
}

export const processTools: readonly SandboxTool[] = [exec, start, logs, stop];

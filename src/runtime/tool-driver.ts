/**
 * The driver of tools: each is a command whose program is a function of the host application. Input is JSON, as its
 * one argument or on standard input; the answer is JSON on standard output. Exit codes: 0, 1 (the tool has thrown:
 * its message is on standard error), 2 (the input is none).
 */
import { type RunningGuest, startGuest } from "../drivers/host/driver-process.js";
import type { KernelInterface } from "../kernel/kernel-interface.js";
import type { DriverProcess, ProcessContext, RuntimeDriver } from "../kernel/runtime-driver.js";
import type { EventListener } from "./events.js";
import type { CheckedTool } from "./tool-options.js";

/** How much input one call may have. */
const INPUT_BYTES = 4 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

const FAILED = 1;
const BAD_INPUT = 2;

/** What a call ends with. */
interface Answer {
  readonly code: number;
  readonly fd: 1 | 2;
  readonly text: string;
}

type Parsed = { readonly input: unknown } | { readonly problem: string };

export class ToolDriver implements RuntimeDriver {
  readonly name = "tools";
  readonly stdio = "descriptors";
  readonly commands: string[];
  readonly #tools: ReadonlyMap<string, CheckedTool>;
  readonly #emit: EventListener;
  #kernel: KernelInterface | undefined;

  constructor(tools: ReadonlyMap<string, CheckedTool>, emit: EventListener) {
    this.#tools = tools;
    this.#emit = emit;
    this.commands = [...tools.keys()];
  }

  async init(kernel: KernelInterface): Promise<void> {
    this.#kernel = kernel;
  }

  spawn(command: string, args: string[], { pid }: ProcessContext): DriverProcess {
    return startGuest((onExit) => this.#run(command, args, pid, onExit));
  }

  async dispose(): Promise<void> {
    this.#kernel = undefined;
  }

  #run(
    name: string,
    args: readonly string[],
    pid: number,
    onExit: (code: number) => void,
  ): RunningGuest {
    const ending = new AbortController();
    const end = async (): Promise<void> => {
      // Behind the start, which has to be over before the process has descriptors.
      await Promise.resolve();
      const { code, fd, text } = await this.#answer(name, args, pid, ending.signal);
      this.#emit({ type: "tool", name, pid, exitCode: code });
      await this.#kernel?.fdWriteAsync(pid, fd, new TextEncoder().encode(text));
      onExit(code);
    };
    // The process was ended, or nobody reads its output.
    end().catch(() => onExit(FAILED));
    return {
      // It computes in the application itself.
      cpuTime: () => null,
      kill(signal) {
        ending.abort();
        onExit(128 + signal);
      },
    };
  }

  async #answer(
    name: string,
    args: readonly string[],
    pid: number,
    signal: AbortSignal,
  ): Promise<Answer> {
    const complaint = (code: number, problem: string): Answer => ({
      code,
      fd: 2,
      text: `${name}: ${problem}\n`,
    });
    const tool = this.#tools.get(name);
    if (!tool) return complaint(127, "no such tool");
    if (args.length === 1 && args[0] === "--help")
      return { code: 0, fd: 1, text: help(name, tool) };
    if (args.length > 1) return complaint(BAD_INPUT, "takes one argument: its input as JSON");
    const text = args[0] ?? (await this.#readAll(pid));
    if (text === null) return complaint(BAD_INPUT, `more than ${INPUT_BYTES} bytes of input`);
    const parsed = inputOf(text);
    if ("problem" in parsed) return complaint(BAD_INPUT, parsed.problem);
    try {
      const checked = await tool.check(parsed.input);
      if ("problem" in checked) return complaint(BAD_INPUT, checked.problem);
      const result = await tool.execute(checked.input, { signal, pid });
      return { code: 0, fd: 1, text: `${JSON.stringify(result) ?? "null"}\n` };
    } catch (thrown) {
      // The message only: a stack has paths of the host in it.
      return complaint(FAILED, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  /** Standard input to its end; null: more than there may be. */
  async #readAll(pid: number): Promise<string | null> {
    const decoder = new TextDecoder();
    let text = "";
    for (let total = 0; ; ) {
      const bytes = await this.#kernel?.fdRead(pid, 0, READ_BYTES);
      if (!bytes || bytes.length === 0) return text + decoder.decode();
      total += bytes.length;
      if (total > INPUT_BYTES) return null;
      text += decoder.decode(bytes, { stream: true });
    }
  }
}

/** The input that a guest has given as JSON. Nothing given is an empty object. */
function inputOf(text: string): Parsed {
  if (text.trim() === "") return { input: {} };
  // Written as it is, or with escapes.
  const isSuspect = text.includes("__proto__") || text.includes("\\u");
  try {
    return { input: JSON.parse(text, isSuspect ? refusePrototype : undefined) };
  } catch (thrown) {
    if (thrown instanceof PrototypeMember) return { problem: thrown.message };
    return { problem: "the input is no JSON" };
  }
}

/** What the application does with a member of that name (assign, merge) would change an object's prototype. */
class PrototypeMember extends Error {}

function refusePrototype(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new PrototypeMember(`the input has a member "${key}"`);
  return value;
}

function help(name: string, { description, schema }: CheckedTool): string {
  const lines = [`Usage: ${name} [JSON]`, "The input is JSON: the argument, or standard input."];
  if (description) lines.push("", description);
  if (schema) lines.push("", "Input:", JSON.stringify(schema, null, 2));
  return `${lines.join("\n")}\n`;
}

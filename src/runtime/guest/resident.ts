/**
 * Runs in a guest: the program of a resident runner. Each line of standard input is a call; each answer is a line on
 * the result descriptor. The guest may do with this program what it likes: what it answers is data to the host.
 */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What Node's boot has left for programs of the host application (`code-result.ts`). */
interface Values {
  readonly encode: (value: unknown) => string;
  readonly decode: (text: string) => unknown;
}

interface Call {
  readonly code: string;
  /** Encoded. */
  readonly input: string;
}

type Body = (input: unknown, require: NodeJS.Require) => Promise<unknown>;

const RESULT_FD = 3;
/** How many bodies are kept compiled. */
const BODIES = 64;

const key = Symbol.for("secure-exec.values");
const { encode, decode } = (globalThis as unknown as Record<symbol, Values>)[key] as Values;
const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => Body;
const require = createRequire(path.join(process.cwd(), "[resident]"));
const bodies = new Map<string, Body>();

function bodyOf(code: string): Body {
  const known = bodies.get(code);
  if (known) return known;
  const body = new AsyncFunction("input", "require", code);
  if (bodies.size >= BODIES) bodies.clear();
  bodies.set(code, body);
  return body;
}

async function answer(line: string): Promise<void> {
  let reply: { value?: string; error?: string };
  try {
    const { code, input } = JSON.parse(line) as Call;
    reply = { value: encode(await bodyOf(code)(decode(input), require)) };
  } catch (thrown) {
    reply = { error: encode(thrown instanceof Error ? thrown : new Error(String(thrown))) };
  }
  // What the call has printed goes first.
  await Promise.all([process.stdout, process.stderr].map(flushed));
  const bytes = new TextEncoder().encode(`${JSON.stringify(reply)}\n`);
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(RESULT_FD, bytes, at);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> | undefined {
  if (stream.writableLength === 0) return undefined;
  return new Promise((resolve) => stream.write("", () => resolve()));
}

let held = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text: string) => {
  held += text;
  for (let end = held.indexOf("\n"); end !== -1; end = held.indexOf("\n")) {
    const line = held.slice(0, end);
    held = held.slice(end + 1);
    void answer(line);
  }
});
fs.writeSync(RESULT_FD, "\n");

/** The tools for files: `read`, `write`, `list`, and `snapshot` and `restore` of all of them. */
import { READ_BYTES_MAX } from "../bounded-text.js";
import { directoryEntries } from "../directory-entries.js";
import { objectSchema, type SandboxTool, sandboxTool } from "./tool.js";

interface ReadInput {
  path: string;
  offset?: number;
  length?: number;
  encoding?: "utf8" | "base64";
}

/** Entries of a directory in one answer. */
const ENTRIES_MAX = 1000;

const path = {
  type: "string",
  description: "Absolute, or relative to the home directory",
} as const;
const encoding = {
  enum: ["utf8", "base64"],
  description: "How bytes are written in JSON; default utf8",
} as const;

const read = sandboxTool<ReadInput>({
  name: "read",
  title: "Read a file",
  description:
    "The content of a file in the sandbox. Of a long one an answer has the beginning: go on with `offset`.",
  annotations: { readOnlyHint: true },
  inputSchema: objectSchema(
    {
      path,
      offset: { type: "integer", minimum: 0, description: "The byte to begin at; default 0" },
      length: { type: "integer", minimum: 1, description: "How many bytes" },
      encoding,
    },
    ["path"],
  ),
  async run({ runtime, outputCharacters }, { path, offset = 0, length, encoding = "utf8" }) {
    const { size } = await runtime.stat(path);
    if (size > READ_BYTES_MAX) {
      throw new Error(`${path} has ${size} bytes: use exec with head, tail, sed or grep`);
    }
    const bytes = await runtime.readFile(path);
    const limit = encoding === "base64" ? Math.floor((outputCharacters * 3) / 4) : outputCharacters;
    const part = bytes.subarray(offset, offset + Math.min(length ?? limit, limit));
    const next = offset + part.length;
    const truncated = next < bytes.length;
    const content = Buffer.from(part).toString(encoding);
    const text = truncated ? `${content}\n[${next} of ${bytes.length} bytes]` : content;
    return { text, fields: { content, size: bytes.length, next, truncated } };
  },
});

const write = sandboxTool<{ path: string; content: string; encoding?: "utf8" | "base64" }>({
  name: "write",
  title: "Write a file",
  description:
    "Makes a file in the sandbox, or replaces its content; directories on the way are made.",
  annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
  inputSchema: objectSchema({ path, content: { type: "string" }, encoding }, ["path", "content"]),
  async run({ runtime }, { path, content, encoding = "utf8" }) {
    const bytes = Buffer.from(content, encoding);
    await runtime.writeFile(path, bytes);
    return { text: `wrote ${bytes.length} bytes`, fields: { bytes: bytes.length } };
  },
});

const list = sandboxTool<{ path?: string }>({
  name: "list",
  title: "List a directory",
  description: "The entries of a directory in the sandbox: name, type and size in bytes.",
  annotations: { readOnlyHint: true },
  inputSchema: objectSchema({ path }),
  async run({ runtime }, { path = "." }) {
    const { entries, total } = await directoryEntries(runtime, path, ENTRIES_MAX);
    const lines = entries.map(({ name, type, size }) =>
      type === "directory" ? `${name}/` : `${name} (${type === "file" ? `${size} bytes` : type})`,
    );
    if (total > entries.length) lines.push(`[... ${total - entries.length} more ...]`);
    return { text: lines.join("\n"), fields: { entries, total } };
  },
});

const snapshot = sandboxTool<Record<string, never>>({
  name: "snapshot",
  title: "Take a snapshot",
  description:
    "Remembers all files of the sandbox as they are now; the id is for restore. The last eight are kept.",
  annotations: { readOnlyHint: true },
  inputSchema: objectSchema({}),
  async run(sandbox) {
    const id = await sandbox.snapshot();
    return { text: id, fields: { id } };
  },
});

const restore = sandboxTool<{ id: string }>({
  name: "restore",
  title: "Go back to a snapshot",
  description: "Makes all files what they were at a snapshot. Every running process ends.",
  annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
  inputSchema: objectSchema({ id: { type: "string", description: "What snapshot returned" } }, [
    "id",
  ]),
  async run(sandbox, { id }) {
    await sandbox.restore(id);
    return { text: `restored ${id}`, fields: { id } };
  },
});

export const fileTools: readonly SandboxTool[] = [read, write, list, snapshot, restore];

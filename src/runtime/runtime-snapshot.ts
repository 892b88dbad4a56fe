/**
 * What a runtime was at one moment: its own files, with their links, modes and times, and those of its settings that
 * are data. Not in it: processes, descriptors, sockets, what is mounted, and settings that are functions or paths of
 * the host.
 */
import type { FileSystemSnapshot } from "../kernel/file-system-snapshot.js";
import {
  parseFileSystemSnapshot,
  SnapshotError,
  type SnapshotLimits,
} from "../kernel/snapshot-parser.js";
import { checkKeys } from "./check-options.js";
import {
  type NodeRuntimeCreateOptions,
  type RuntimeSettings,
  settingsOf,
} from "./create-options.js";
import type { ScopedRule } from "./denial.js";
import { dataOf } from "./permission-option.js";

/**
 * The settings that a snapshot has; options of `restore` win over them. `allowed` is what `allow` has added; `permissions`
 * has the scopes that are data.
 */
export type SnapshotSettings = Pick<NodeRuntimeCreateOptions, (typeof settingNames)[number]> & {
  readonly allowed?: readonly ScopedRule[];
};

const settingNames = [
  "env",
  "cwd",
  "limits",
  "isolation",
  "python",
  "timing",
  "permissions",
] as const;

/** Bytes that every snapshot begins with; the last two are the version. */
const MAGIC = "SECURERT01";
const HEAD_BYTES = MAGIC.length + 4;
/** Settings that are longer are none. */
const SETTINGS_BYTES = 1024 * 1024;

export class RuntimeSnapshot {
  readonly files: FileSystemSnapshot;
  readonly settings: SnapshotSettings;

  constructor(files: FileSystemSnapshot, settings: SnapshotSettings) {
    this.files = files;
    this.settings = settings;
  }

  /** A snapshot of a runtime with those settings. */
  static of(files: FileSystemSnapshot, { given, permissions }: RuntimeSettings): RuntimeSnapshot {
    const settings: Record<string, unknown> = {};
    for (const name of settingNames) if (given[name] !== undefined) settings[name] = given[name];
    if (given.permissions) settings.permissions = dataOf(given.permissions);
    if (permissions.added.length > 0) settings.allowed = permissions.added;
    return new RuntimeSnapshot(files, structuredClone(settings));
  }

  /** Its bytes, in chunks of up to 1 MiB: versioned and checksummed. */
  async *serialize(): AsyncGenerator<Uint8Array, void> {
    const settings = new TextEncoder().encode(JSON.stringify(this.settings));
    const head = new Uint8Array(HEAD_BYTES);
    new TextEncoder().encodeInto(MAGIC, head);
    new DataView(head.buffer).setUint32(MAGIC.length, settings.length, true);
    yield head;
    yield settings;
    yield* this.files.serialize();
  }

  /**
   * A snapshot from its bytes, whole or in chunks of any size. They may come from anybody, but for the settings:
   * those are what whoever made them has set, limits included.
   * @param limits - What it may hold at most; the defaults are those of a runtime.
   * @throws SnapshotError (ERR_SNAPSHOT) with a `reason`: the bytes are of another version, end too early, do not
   *   match their checksums, contradict themselves, or hold more than the limits allow.
   */
  static async parse(
    source: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    limits: Partial<SnapshotLimits> = {},
  ): Promise<RuntimeSnapshot> {
    const chunks = chunksOf(source instanceof Uint8Array ? [source] : source);
    const head = await chunks.take(HEAD_BYTES);
    const magic = new TextDecoder().decode(head.subarray(0, MAGIC.length));
    if (magic !== MAGIC) throw new SnapshotError("malformed", "no snapshot of a runtime");
    const length = new DataView(head.buffer, head.byteOffset).getUint32(MAGIC.length, true);
    if (length > SETTINGS_BYTES) throw new SnapshotError("malformed", "the settings are too long");
    const settings = parseSettings(await chunks.take(length));
    return new RuntimeSnapshot(await parseFileSystemSnapshot(chunks.rest(), limits), settings);
  }
}

function parseSettings(bytes: Uint8Array): SnapshotSettings {
  try {
    const settings: unknown = JSON.parse(new TextDecoder().decode(bytes));
    checkKeys("the snapshot's settings", settings, [...settingNames, "allowed"]);
    const { allowed = [], ...given } = settings as SnapshotSettings;
    // Settings are options of `create`, and are checked as such.
    const { permissions } = settingsOf(given);
    for (const rule of allowed) permissions.allow(rule);
    return settings as SnapshotSettings;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new SnapshotError("malformed", reason);
  }
}

/** Reads the beginning of a stream of chunks in pieces, then hands the rest on. */
function chunksOf(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  const iterator =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let held = new Uint8Array(0);
  return {
    async take(length: number): Promise<Uint8Array> {
      while (held.length < length) {
        const { done, value } = await iterator.next();
        if (done) throw new SnapshotError("truncated", "in the settings");
        const joined = new Uint8Array(held.length + value.length);
        joined.set(held);
        joined.set(value, held.length);
        held = joined;
      }
      const taken = held.slice(0, length);
      held = held.slice(length);
      return taken;
    },
    async *rest(): AsyncGenerator<Uint8Array, void> {
      yield held;
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        yield value;
      }
    },
  };
}

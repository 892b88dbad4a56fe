/** `v8`: statistics of the guest's own heap, and V8's flags, which a guest has few of. */
import type { Binding, Guest } from "../guest/guest.js";

interface Heap {
  readonly total: number;
  readonly used: number;
  readonly limit: number;
}

const STATISTICS_FIELDS = 14;
const CODE_FIELDS = 4;
const SPACE_FIELDS = 5;
/** All of the heap is shown as one of V8's spaces: what is in which V8 tells only per process. */
const SPACES = [
  "read_only_space",
  "new_space",
  "old_space",
  "code_space",
  "shared_space",
  "trusted_space",
  "new_large_object_space",
  "large_object_space",
  "code_large_object_space",
  "shared_large_object_space",
  "trusted_large_object_space",
];

export function v8Binding(guest: Guest): Binding {
  const surface = guest.configuration.surface.v8 ?? {};
  const named = surface.kHeapSpaces?.kind === "value" ? surface.kHeapSpaces.value : undefined;
  const spaces = Array.isArray(named) ? (named as string[]) : SPACES;
  const heapStatisticsBuffer = new Float64Array(STATISTICS_FIELDS);
  const heapCodeStatisticsBuffer = new Float64Array(CODE_FIELDS);
  const heapSpaceStatisticsBuffer = new Float64Array(SPACE_FIELDS);

  const heap = (): Heap => guest.hooks.compute("heap") as Heap;

  /** Writes at the places that the host's own constants name. */
  const fill = (target: Float64Array, values: Readonly<Record<string, number>>): void => {
    target.fill(0);
    for (const name of Object.keys(values)) {
      const place = surface[name];
      if (place?.kind === "value") target[place.value as number] = values[name] as number;
    }
  };

  /** What collections cost is V8's to know; a profile of none is a profile. */
  class GCProfiler {
    #startedAt = 0;

    start(): void {
      this.#startedAt = Date.now();
    }

    stop(): string | undefined {
      if (this.#startedAt === 0) return undefined;
      const [startTime, endTime] = [this.#startedAt, Date.now()];
      this.#startedAt = 0;
      return JSON.stringify({ version: 1, startTime, statistics: [], endTime });
    }
  }

  return {
    heapStatisticsBuffer,
    heapCodeStatisticsBuffer,
    heapSpaceStatisticsBuffer,
    kHeapSpaces: spaces,
    cachedDataVersionTag: () => versionTag([guest.configuration.versions.v8, ...guest.v8Flags.all]),
    // From Node 24 on. How V8 stores it can't be seen, but for what does not fit.
    isStringOneByteRepresentation: (text: string) => {
      for (let index = 0; index < text.length; index++)
        if (text.charCodeAt(index) > 0xff) return false;
      return true;
    },
    setFlagsFromString(flags: string) {
      guest.v8Flags.set(flags.split(/\s+/));
    },
    setHeapSnapshotNearHeapLimit() {},
    updateHeapStatisticsBuffer() {
      const { total, used, limit } = heap();
      fill(heapStatisticsBuffer, {
        kTotalHeapSizeIndex: total,
        kTotalPhysicalSizeIndex: total,
        kTotalAvailableSize: limit - used,
        kUsedHeapSizeIndex: used,
        kHeapSizeLimitIndex: limit,
        kNumberOfNativeContextsIndex: 1,
      });
    },
    updateHeapCodeStatisticsBuffer() {
      heapCodeStatisticsBuffer.fill(0);
    },
    updateHeapSpaceStatisticsBuffer(index: number) {
      const { total, used } = spaces[index] === "old_space" ? heap() : { total: 0, used: 0 };
      fill(heapSpaceStatisticsBuffer, {
        kSpaceSizeIndex: total,
        kSpaceUsedSizeIndex: used,
        kSpaceAvailableSizeIndex: total - used,
        kPhysicalSpaceSizeIndex: total,
      });
    },
    GCProfiler,
  };
}

/** A number for a version of V8 with its flags (FNV-1a): what code was cached for, which is never taken from a guest. */
function versionTag(words: readonly (string | undefined)[]): number {
  let hash = 0x811c9dc5;
  for (const character of words.join(" ")) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0 || 1;
}

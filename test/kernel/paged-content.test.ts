import { describe, expect, test } from "vitest";
import { ByteQuota, PagedContent } from "../../src/kernel/paged-content.js";
import { forSeeds } from "../random.js";
import { codeOf, ok, textOf, utf8 } from "./tables.js";

const KiB = 1024;
const GiB = 1024 ** 3;

function readAll(content: PagedContent): Uint8Array {
  const bytes = new Uint8Array(content.size);
  content.read(bytes, 0);
  return bytes;
}

describe("paged content", () => {
  test("a hole reads as zeros, costs nothing, and counts for the size", () => {
    const quota = new ByteQuota(128 * KiB);
    const content = new PagedContent(quota);
    expect(content.write(utf8("far away"), 3 * GiB)).toBe(8);
    expect(content.size).toBe(3 * GiB + 8);
    expect(quota.usedBytes).toBeLessThanOrEqual(64 * KiB);
    const target = new Uint8Array(16).fill(1);
    expect(content.read(target, 3 * GiB - 8)).toBe(16);
    expect(textOf(target)).toBe(`${"\0".repeat(8)}far away`);
    content.truncate(0);
    expect(quota.usedBytes).toBe(0);
  });

  test("a read at or beyond the end gives nothing", () => {
    const content = new PagedContent(new ByteQuota(KiB));
    ok(content.write(utf8("abc"), 0));
    expect(content.read(new Uint8Array(4), 3)).toBe(0);
    expect(content.read(new Uint8Array(4), 100)).toBe(0);
  });

  test("a write beyond the quota is ENOSPC and changes nothing, not even partly", () => {
    const quota = new ByteQuota(128 * KiB);
    const content = new PagedContent(quota);
    ok(content.write(new Uint8Array(100 * KiB).fill(1), 0));
    const used = quota.usedBytes;
    expect(codeOf(content.write(new Uint8Array(64 * KiB).fill(2), 90 * KiB))).toBe("ENOSPC");
    expect([content.size, quota.usedBytes]).toEqual([100 * KiB, used]);
    expect(readAll(content).every((byte) => byte === 1)).toBe(true);
  });

  test("writing over what is there needs no quota", () => {
    const quota = new ByteQuota(64 * KiB);
    const content = new PagedContent(quota);
    for (let round = 0; round < 3; round++) ok(content.write(new Uint8Array(64 * KiB), 0));
    expect(quota.usedBytes).toBe(64 * KiB);
  });

  test("an empty write far out does not make the file longer", () => {
    const content = new PagedContent(new ByteQuota(KiB));
    expect(content.write(new Uint8Array(0), 1000)).toBe(0);
    expect(content.size).toBe(0);
  });

  test("what is cut off reads as zeros when the file grows again", () => {
    const content = new PagedContent(new ByteQuota(256 * KiB));
    ok(content.write(new Uint8Array(200 * KiB).fill(7), 0));
    content.truncate(70 * KiB);
    content.truncate(200 * KiB);
    const bytes = readAll(content);
    expect(bytes.subarray(0, 70 * KiB).every((byte) => byte === 7)).toBe(true);
    expect(bytes.subarray(70 * KiB).every((byte) => byte === 0)).toBe(true);
  });
});

test("random writes, reads and truncations agree with one flat array", () => {
  forSeeds(30, (random) => {
    const quota = new ByteQuota(400 * KiB);
    const content = new PagedContent(quota);
    let model = Buffer.alloc(0);
    const place = (): number =>
      random.pick([random.below(300), random.below(70 * KiB), random.below(600 * KiB)]);
    for (let step = 0; step < 150; step++) {
      if (random.chance(0.5)) {
        const [position, data] = [place(), new Uint8Array(place() / 4).fill(random.below(256))];
        const written = codeOf(content.write(data, position));
        if (written === data.length && data.length > 0) {
          const end = position + data.length;
          model = Buffer.concat([model, Buffer.alloc(Math.max(0, end - model.length))]);
          model.set(data, position);
        } else expect([0, "ENOSPC"]).toContain(written);
      } else if (random.chance(0.3)) {
        const size = place();
        content.truncate(size);
        const rest = Buffer.alloc(Math.max(0, size - model.length));
        model = Buffer.concat([model.subarray(0, size), rest]);
      } else {
        const [position, target] = [place(), Buffer.alloc(place(), 0xff)];
        const count = content.read(target, position);
        expect(count).toBe(Math.max(0, Math.min(target.length, model.length - position)));
        const expected = model.subarray(position, position + count);
        expect(Buffer.compare(target.subarray(0, count), expected)).toBe(0);
      }
      expect(content.size).toBe(model.length);
      expect(content.allocatedBytes).toBe(quota.usedBytes);
      expect(quota.usedBytes).toBeLessThanOrEqual(quota.limitBytes);
    }
    expect(Buffer.compare(model, readAll(content))).toBe(0);
    content.truncate(0);
    expect(quota.usedBytes).toBe(0);
  });
});

import { describe, expect, test } from "vitest";
import { O_RDWR } from "../../src/kernel/constants.js";
import { Errno } from "../../src/kernel/errno.js";
import { type DescriptorAction, FdTable } from "../../src/kernel/fd-table.js";
import { FileDescription } from "../../src/kernel/file-description.js";
import { syntheticStat, type VirtualStat } from "../../src/kernel/stat.js";
import { forSeeds } from "../random.js";
import { codeOf, ok } from "./tables.js";

/** A description that counts how often it was closed. */
class Counted extends FileDescription {
  override readonly kind = "file";
  closes = 0;

  constructor() {
    super(O_RDWR);
  }
  override read(): number {
    return 0;
  }
  override write(): number {
    return 0;
  }
  override stat(): VirtualStat {
    return syntheticStat(0);
  }
  protected override close(): void {
    this.closes++;
  }
}

/** A table of 8 with `descriptions` at 0, 1, … */
function tableOf(...descriptions: FileDescription[]): FdTable {
  const table = new FdTable(8);
  for (const description of descriptions) ok(table.allocate(description));
  return table;
}

describe("numbers", () => {
  test("a new descriptor gets the lowest free number", () => {
    const table = tableOf(new Counted(), new Counted(), new Counted());
    table.close(1);
    expect(table.allocate(new Counted())).toBe(1);
    expect(table.allocate(new Counted())).toBe(3);
  });

  test("with a minimum, the lowest free number from there up", () => {
    const table = tableOf(new Counted());
    expect(table.allocate(new Counted(), false, 5)).toBe(5);
    expect(table.allocate(new Counted(), false, 5)).toBe(6);
    expect(table.allocate(new Counted())).toBe(1);
  });

  test.each([
    ["negative", -1],
    ["at the limit", 8],
    ["far beyond it", 2 ** 31],
  ])("a minimum that is %s is EINVAL, as with F_DUPFD", (_, minimum) => {
    expect(codeOf(tableOf().allocate(new Counted(), false, minimum))).toBe("EINVAL");
  });

  test("a full table is EMFILE and takes no reference", () => {
    const table = tableOf(...Array.from({ length: 8 }, () => new Counted()));
    const description = new Counted().retain();
    expect(codeOf(table.allocate(description))).toBe("EMFILE");
    description.release();
    expect(description.closes).toBe(1);
    table.close(7);
    expect(codeOf(table.allocate(description, false, 0))).toBe(7);
  });

  test.each([-1, 3, 8, 2 ** 31, 0.5, Number.NaN])("descriptor %d is EBADF everywhere", (fd) => {
    const table = tableOf(new Counted());
    expect(codeOf(table.get(fd))).toBe("EBADF");
    expect(codeOf(table.close(fd))).toBe("EBADF");
    expect(codeOf(table.isCloseOnExec(fd))).toBe("EBADF");
    expect(codeOf(table.setCloseOnExec(fd, true))).toBe("EBADF");
    expect(codeOf(table.duplicateTo(fd, 0))).toBe("EBADF");
    expect(table.numbers()).toEqual([0]);
  });

  test.each([-1, 8, 2 ** 31, 0.5, Number.NaN])("dup2 onto %d is EBADF", (newFd) => {
    const table = tableOf(new Counted());
    expect(codeOf(table.duplicateTo(0, newFd))).toBe("EBADF");
    expect(table.numbers()).toEqual([0]);
  });
});

describe("sharing", () => {
  test("dup2 shares the description and closes what it replaces", () => {
    const [kept, replaced] = [new Counted(), new Counted()];
    const table = tableOf(kept, replaced);
    expect(table.duplicateTo(0, 1)).toBe(1);
    expect(table.get(1)).toBe(kept);
    expect([kept.closes, replaced.closes]).toEqual([0, 1]);
  });

  test("dup2 of a descriptor onto itself changes nothing, not even close-on-exec", () => {
    const description = new Counted();
    const table = tableOf(description);
    table.setCloseOnExec(0, true);
    expect(table.duplicateTo(0, 0)).toBe(0);
    expect(table.isCloseOnExec(0)).toBe(true);
    expect(description.closes).toBe(0);
  });

  test("dup2 where both share a description keeps it open", () => {
    const description = new Counted();
    const table = tableOf(description, description);
    table.duplicateTo(0, 1);
    expect(description.closes).toBe(0);
    table.closeAll();
    expect(description.closes).toBe(1);
  });

  test("close-on-exec belongs to the descriptor: dup2 does not copy it", () => {
    const table = tableOf(new Counted());
    table.setCloseOnExec(0, true);
    table.duplicateTo(0, 1);
    table.duplicateTo(0, 2, true);
    expect([0, 1, 2].map((fd) => table.isCloseOnExec(fd))).toEqual([true, false, true]);
  });

  test("closing is final: the same number again is EBADF", () => {
    const table = tableOf(new Counted());
    expect(table.close(0)).toBeUndefined();
    expect(codeOf(table.close(0))).toBe("EBADF");
  });
});

describe("a child's table", () => {
  const descriptions = [new Counted(), new Counted(), new Counted(), new Counted()] as const;
  const letterOf = (table: FdTable, fd: number): string => {
    const description = table.get(fd);
    return "abcd"[descriptions.indexOf(description as Counted)] ?? "?";
  };

  // The parent has a, b, c, d at 0 to 3, and closes d (3) on exec.
  test.each<[string, DescriptorAction[], string]>([
    ["without actions loses close-on-exec descriptors", [], "0a 1b 2c"],
    ["duplicates", [{ childFd: 1, sourceFd: 0 }], "0a 1a 2c"],
    ["closes", [{ childFd: 1, sourceFd: -1 }], "0a 2c"],
    ["may close what is not open", [{ childFd: 7, sourceFd: -1 }], "0a 1b 2c"],
    ["gets a copy of a close-on-exec descriptor", [{ childFd: 0, sourceFd: 3 }], "0d 1b 2c"],
    ["keeps one that is duplicated onto itself", [{ childFd: 3, sourceFd: 3 }], "0a 1b 2c 3d"],
    [
      "is built in the order of the actions: a swap over a free number",
      [
        { childFd: 5, sourceFd: 0 },
        { childFd: 0, sourceFd: 1 },
        { childFd: 1, sourceFd: 5 },
        { childFd: 5, sourceFd: -1 },
      ],
      "0b 1a 2c",
    ],
    [
      "sees what earlier actions did",
      [
        { childFd: 0, sourceFd: 1 },
        { childFd: 1, sourceFd: 0 },
      ],
      "0b 1b 2c",
    ],
  ])("%s", (_, actions, expected) => {
    const parent = tableOf(...descriptions);
    parent.setCloseOnExec(3, true);
    const child = ok(parent.fork(actions));
    const got = child.numbers().map((fd) => `${fd}${letterOf(child, fd)}`);
    expect(got.join(" ")).toBe(expected);
    expect(parent.numbers()).toEqual([0, 1, 2, 3]);
  });

  test.each<[string, DescriptorAction]>([
    ["whose source is closed", { childFd: 0, sourceFd: 6 }],
    ["whose target is beyond the limit", { childFd: 8, sourceFd: 0 }],
  ])("an action %s is EBADF and leaves no reference behind", (_, action) => {
    const description = new Counted();
    const parent = tableOf(description);
    expect(codeOf(parent.fork([{ childFd: 4, sourceFd: 0 }, action]))).toBe("EBADF");
    parent.closeAll();
    expect(description.closes).toBe(1);
  });

  test("with standard streams only has 0, 1 and 2, close-on-exec or not", () => {
    const parent = tableOf(...descriptions);
    parent.setCloseOnExec(0, true);
    parent.close(1);
    expect(parent.forkStandardStreams().numbers()).toEqual([0, 2]);
  });
});

test("whatever tables do, a description is closed once, when the last descriptor goes", () => {
  forSeeds(50, (random) => {
    const all = Array.from({ length: 6 }, () => new Counted());
    const tables = [new FdTable(8)];
    for (let step = 0; step < 200; step++) {
      const table = tables[random.below(tables.length)] ?? new FdTable(8);
      const fd = random.below(9);
      const living = all.filter(({ closes }) => closes === 0);
      const description = living[random.below(living.length)];
      if (random.chance(0.1) && tables.length < 5) {
        const actions = [{ childFd: random.below(9), sourceFd: random.below(9) - 1 }];
        const child = table.fork(actions);
        if (!(child instanceof Errno)) tables.push(child);
      } else if (random.chance(0.05)) table.closeAll();
      else if (random.chance(0.3)) table.close(fd);
      else if (random.chance(0.5)) table.duplicateTo(fd, random.below(9));
      else if (description) table.allocate(description, random.chance(0.3));
      const open = new Set(tables.flatMap((each) => each.numbers().map((n) => each.get(n))));
      for (const each of all) {
        if (open.has(each) && each.closes !== 0) throw new Error("closed while it is open");
        if (each.closes > 1) throw new Error("closed twice");
      }
    }
    const open = new Set(tables.flatMap((each) => each.numbers().map((n) => each.get(n))));
    for (const table of tables) table.closeAll();
    for (const each of open) expect((each as Counted).closes).toBe(1);
  });
});

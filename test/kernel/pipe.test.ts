import { describe, expect, test } from "vitest";
import {
  PIPE_BUF,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  S_IFIFO,
  S_IFMT,
} from "../../src/kernel/constants.js";
import { type Errno, errno } from "../../src/kernel/errno.js";
import { pipeCapacity } from "../../src/kernel/limits.js";
import { ParkingLot } from "../../src/kernel/parking.js";
import type { PipeReader, PipeWriter } from "../../src/kernel/pipe.js";
import { PipeTable } from "../../src/kernel/pipe-table.js";
import { Blocked } from "../../src/kernel/wait.js";
import { forSeeds } from "../random.js";
import { blocked, codeOf, ok, textOf, utf8 } from "./tables.js";

/** A pipe with one reader and one writer, as after pipe(2). */
function openPipe(): { reader: PipeReader; writer: PipeWriter; table: PipeTable } {
  const table = new PipeTable(16);
  const { reader, writer } = ok(table.create());
  return { reader: reader.retain(), writer: writer.retain(), table };
}

/** Reads what is there, up to `length` bytes. */
function readNow(reader: PipeReader, length: number): Uint8Array {
  const target = new Uint8Array(length);
  return target.subarray(0, ok(reader.read(target)));
}

describe("a pipe", () => {
  test("hands out what was written, in order, at most what was asked for", () => {
    const { reader, writer } = openPipe();
    ok(writer.write(utf8("hello ")));
    ok(writer.write(utf8("world")));
    expect(textOf(readNow(reader, 8))).toBe("hello wo");
    expect(textOf(readNow(reader, 8))).toBe("rld");
  });

  test("holds 65536 bytes: the next byte waits, and goes in when one is read", () => {
    const { reader, writer } = openPipe();
    expect(writer.write(new Uint8Array(65536))).toBe(65536);
    const waiting = blocked(writer.write(utf8("x")));
    expect(waiting.retry()).toBeInstanceOf(Blocked);
    readNow(reader, 1);
    expect(waiting.retry()).toBe(1);
  });

  test("an empty read or write answers 0 without waiting", () => {
    const { reader, writer } = openPipe();
    expect(reader.read(new Uint8Array(0))).toBe(0);
    ok(writer.write(new Uint8Array(pipeCapacity)));
    expect(writer.write(new Uint8Array(0))).toBe(0);
  });

  test("is a FIFO to stat, with an inode number of its own", () => {
    const table = new PipeTable(2);
    const stats = [ok(table.create()).reader.stat(), ok(table.create()).writer.stat()];
    expect(stats.map(({ mode }) => mode & S_IFMT)).toEqual([S_IFIFO, S_IFIFO]);
    expect(stats[0]?.ino).not.toBe(stats[1]?.ino);
  });

  test.each(["pread", "pwrite"] as const)("refuses %s with ESPIPE", (call) => {
    const { reader, writer } = openPipe();
    expect(codeOf(reader[call](new Uint8Array(1), 0))).toBe("ESPIPE");
    expect(codeOf(writer[call](new Uint8Array(1), 0))).toBe("ESPIPE");
  });

  test("refuses seek with ESPIPE, truncate with EINVAL, and the wrong end with EBADF", () => {
    const { reader, writer } = openPipe();
    expect(codeOf(reader.seek(0, 0))).toBe("ESPIPE");
    expect(codeOf(writer.truncate(0))).toBe("EINVAL");
    expect(codeOf(reader.write())).toBe("EBADF");
    expect(codeOf(writer.read())).toBe("EBADF");
  });
});

describe("ends of a pipe", () => {
  test("the end of the file comes at the last writer's close, after what is left", () => {
    const { reader, writer } = openPipe();
    writer.retain();
    ok(writer.write(utf8("rest")));
    writer.release();
    expect(textOf(readNow(reader, 2))).toBe("re");
    writer.release();
    expect(textOf(readNow(reader, 9))).toBe("st");
    expect(reader.read(new Uint8Array(1))).toBe(0);
  });

  test("while one of two writers is open, an empty pipe makes the reader wait", () => {
    const { reader, writer } = openPipe();
    writer.retain().release();
    expect(reader.read(new Uint8Array(1))).toBeInstanceOf(Blocked);
  });

  test("writing without a reader is EPIPE, also when there is room", () => {
    const { reader, writer } = openPipe();
    reader.release();
    expect(codeOf(writer.write(utf8("x")))).toBe("EPIPE");
  });

  test("the last end's close frees the pipe, once, in either order", () => {
    const table = new PipeTable(2);
    for (const order of ["reader first", "writer first"]) {
      const { reader, writer } = ok(table.create());
      reader.retain();
      writer.retain();
      const [first, last] = order === "reader first" ? [reader, writer] : [writer, reader];
      first.release();
      expect(table.size).toBe(1);
      last.release();
      expect(table.size).toBe(0);
    }
  });

  test("a writer who gives up because the reader went closes the pipe once", () => {
    const { reader, writer, table } = openPipe();
    ok(writer.write(new Uint8Array(pipeCapacity)));
    new ParkingLot().park(blocked(writer.write(utf8("x"))), () => writer.release());
    reader.release();
    expect(table.size).toBe(0);
  });

  test("the limit of open pipes is ENFILE, and a closed pipe makes room", () => {
    const table = new PipeTable(1);
    const { reader, writer } = ok(table.create());
    expect(codeOf(table.create())).toBe("ENFILE");
    reader.retain().release();
    writer.retain().release();
    ok(table.create());
  });
});

describe("poll on a pipe", () => {
  test("the read end: nothing, then POLLIN, then POLLHUP with and without data", () => {
    const { reader, writer } = openPipe();
    expect(reader.poll()).toBe(0);
    ok(writer.write(utf8("x")));
    expect(reader.poll()).toBe(POLLIN);
    writer.release();
    expect(reader.poll()).toBe(POLLIN | POLLHUP);
    readNow(reader, 1);
    expect(reader.poll()).toBe(POLLHUP);
  });

  test("the write end: POLLOUT while PIPE_BUF bytes fit, POLLERR without a reader", () => {
    const { reader, writer } = openPipe();
    ok(writer.write(new Uint8Array(pipeCapacity - PIPE_BUF)));
    expect(writer.poll()).toBe(POLLOUT);
    ok(writer.write(utf8("x")));
    expect(writer.poll()).toBe(0);
    reader.release();
    expect(writer.poll() & POLLERR).toBe(POLLERR);
  });
});

describe("writes that don't fit", () => {
  test("up to PIPE_BUF bytes go in whole or not at all", () => {
    const { reader, writer } = openPipe();
    ok(writer.write(new Uint8Array(pipeCapacity - PIPE_BUF + 1)));
    const waiting = blocked(writer.write(new Uint8Array(PIPE_BUF).fill(7)));
    expect(waiting.interrupted(errno.EINTR)).toBe(errno.EINTR);
    expect(readNow(reader, pipeCapacity)).toHaveLength(pipeCapacity - PIPE_BUF + 1);
    expect(waiting.retry()).toBe(PIPE_BUF);
    expect(readNow(reader, pipeCapacity)).toEqual(new Uint8Array(PIPE_BUF).fill(7));
  });

  test("more than PIPE_BUF goes in piece by piece, and a cut leaves the partial count", () => {
    const { reader, writer } = openPipe();
    ok(writer.write(new Uint8Array(pipeCapacity - 100)));
    const waiting = blocked(writer.write(new Uint8Array(PIPE_BUF + 1)));
    expect(waiting.interrupted(errno.EINTR)).toBe(100);
    readNow(reader, 1000);
    const further = blocked(waiting.retry());
    expect(further.interrupted(errno.EINTR)).toBe(1100);
    readNow(reader, pipeCapacity);
    expect(further.retry()).toBe(PIPE_BUF + 1);
  });

  test("a large write into a full pipe has no partial count yet", () => {
    const { writer } = openPipe();
    ok(writer.write(new Uint8Array(pipeCapacity)));
    const waiting = blocked(writer.write(new Uint8Array(PIPE_BUF + 1)));
    expect(waiting.interrupted(errno.EINTR)).toBe(errno.EINTR);
  });

  test("two atomic writers never interleave, whatever the reader takes", () => {
    forSeeds(20, (random) => {
      const { reader, writer } = openPipe();
      const lot = new ParkingLot();
      let read = Buffer.alloc(0);
      let finished = 0;
      for (const mark of [1, 2, 3]) {
        const writeNext = (left: number): void => {
          if (left === 0) return;
          const outcome = writer.write(new Uint8Array(PIPE_BUF).fill(mark));
          const next = (count: number | Errno): void => {
            expect(count).toBe(PIPE_BUF);
            finished++;
            writeNext(left - 1);
          };
          if (outcome instanceof Blocked) lot.park(outcome, next);
          else next(outcome);
        };
        writeNext(20);
      }
      while (read.length < 60 * PIPE_BUF) {
        read = Buffer.concat([read, readNow(reader, 1 + random.below(10_000))]);
      }
      expect(finished).toBe(60);
      for (let start = 0; start < read.length; start += PIPE_BUF) {
        const piece = read.subarray(start, start + PIPE_BUF);
        expect(piece.equals(Buffer.alloc(PIPE_BUF, piece[0]))).toBe(true);
      }
    });
  });
});

describe("parked readers and writers", () => {
  test("a waiting reader gets the bytes of the next write", () => {
    const { reader, writer } = openPipe();
    const lot = new ParkingLot();
    const target = new Uint8Array(10);
    const results: (number | Errno)[] = [];
    lot.park(blocked(reader.read(target)), (result) => results.push(result));
    ok(writer.write(utf8("abc")));
    expect(results).toEqual([3]);
    expect(textOf(target.subarray(0, 3))).toBe("abc");
    expect(lot.size).toBe(0);
  });

  test("a waiting reader gets 0 when the last writer goes", () => {
    const { reader, writer } = openPipe();
    const lot = new ParkingLot();
    const results: (number | Errno)[] = [];
    lot.park(blocked(reader.read(new Uint8Array(1))), (result) => results.push(result));
    writer.release();
    expect(results).toEqual([0]);
  });

  test("a waiting writer gets EPIPE when the last reader goes", () => {
    const { reader, writer } = openPipe();
    const lot = new ParkingLot();
    const results: (number | Errno)[] = [];
    ok(writer.write(new Uint8Array(pipeCapacity)));
    lot.park(blocked(writer.write(utf8("x"))), (result) => results.push(result));
    reader.release();
    expect(results).toEqual([errno.EPIPE]);
  });

  test("of two waiting readers the first gets the bytes, the second waits on", () => {
    const { reader, writer } = openPipe();
    const lot = new ParkingLot();
    const results: string[] = [];
    for (const name of ["first", "second"]) {
      lot.park(blocked(reader.read(new Uint8Array(8))), (count) =>
        results.push(`${name} ${codeOf(count)}`),
      );
    }
    ok(writer.write(utf8("abc")));
    expect(results).toEqual(["first 3"]);
    ok(writer.write(utf8("d")));
    expect(results).toEqual(["first 3", "second 1"]);
  });

  test("a write of many pipefuls ends while a waiting reader takes all of it", () => {
    const { reader, writer } = openPipe();
    const lot = new ParkingLot();
    const data = new Uint8Array(3 * pipeCapacity + 17).map((_, index) => index % 251);
    const taken: number[] = [];
    const target = new Uint8Array(10_000);
    const readOn = (): void => {
      for (;;) {
        const outcome = reader.read(target);
        if (outcome instanceof Blocked) {
          lot.park(outcome, (count) => {
            taken.push(...target.subarray(0, ok(count)));
            readOn();
          });
          return;
        }
        taken.push(...target.subarray(0, ok(outcome)));
      }
    };
    readOn();
    expect(writer.write(data)).toBe(data.length);
    expect(taken).toEqual([...data]);
  });
});

test("random writes and reads agree with a plain queue of bytes", () => {
  forSeeds(20, (random) => {
    const { reader, writer } = openPipe();
    let model = Buffer.alloc(0);
    let nextByte = 0;
    for (let step = 0; step < 500; step++) {
      const length = random.pick([
        random.below(10),
        random.below(PIPE_BUF + 2),
        random.below(1.5 * pipeCapacity),
      ]);
      if (random.chance(0.5)) {
        const data = new Uint8Array(length);
        for (let index = 0; index < length; index++) data[index] = nextByte++;
        const room = pipeCapacity - model.length;
        const expected = length <= PIPE_BUF && length > room ? 0 : Math.min(length, room);
        const outcome = writer.write(data);
        // What was cut off was never written: the model's counter goes back.
        nextByte -= length - expected;
        const count = outcome instanceof Blocked ? outcome.interrupted(errno.EINTR) : outcome;
        expect(count).toBe(expected === 0 && length > 0 ? errno.EINTR : expected);
        expect(outcome instanceof Blocked).toBe(expected < length);
        model = Buffer.concat([model, data.subarray(0, expected)]);
      } else {
        const target = new Uint8Array(length);
        const outcome = reader.read(target);
        expect(outcome instanceof Blocked).toBe(length > 0 && model.length === 0);
        const count = outcome instanceof Blocked ? 0 : ok(outcome);
        expect(count).toBe(Math.min(length, model.length));
        expect(Buffer.compare(model.subarray(0, count), target.subarray(0, count))).toBe(0);
        model = model.subarray(count);
      }
    }
  });
});

// WASI preview 1 on the kernel's own calls: rights, the preopen, paths that lead out, polling. The WASI test suite
// (`npm run conformance -- wasi`) is the wider check.

import { expect, test } from "vitest";
import { Right } from "../../../src/drivers/wasmvm/guest/descriptor-rights.js";
import { Program } from "../../../src/drivers/wasmvm/guest/program.js";
import { secureExecFunctions } from "../../../src/drivers/wasmvm/guest/secure-exec-imports.js";
import { descriptorFunctions } from "../../../src/drivers/wasmvm/guest/wasi-descriptors.js";
import { fileFunctions } from "../../../src/drivers/wasmvm/guest/wasi-files.js";
import { programFunctions } from "../../../src/drivers/wasmvm/guest/wasi-program.js";
import { DirectGuest } from "../../bridge/direct-guest.js";
import { bootTables, start, textOf, utf8 } from "../../kernel/tables.js";

const [SUCCESS, BADF, EXIST, INVAL, ISDIR, SPIPE, NOTCAPABLE] = [0, 8, 20, 28, 31, 70, 76];
const PREOPEN = 3;
const [CREAT, DIRECTORY] = [1, 2];
const [READ, WRITE] = [Right.FD_READ, Right.FD_WRITE];

function boot() {
  const tables = bootTables();
  const process = start(tables);
  const program = new Program(new DirectGuest(tables, process));
  const wasm = new WebAssembly.Memory({ initial: 1 });
  program.memory.attach(wasm);
  const { memory } = program;
  const wasi = {
    ...descriptorFunctions(program),
    ...fileFunctions(program),
    ...programFunctions(program),
  };
  /** Puts a path at 1000 and gives its two arguments. */
  const path = (text: string): [number, number] => {
    const bytes = utf8(text);
    memory.slice(1000, bytes.length).set(bytes);
    return [1000, bytes.length];
  };
  const open = (dir: number, name: string, flags: number, rights: bigint, fdFlags = 0): number => {
    const failed = wasi.path_open(dir, 0, ...path(name), flags, rights, 0n, fdFlags, 0);
    return failed ? -failed : memory.getU32(0);
  };
  const iovec = (at: number, pointer: number, length: number): void => {
    memory.setU32(at, pointer);
    memory.setU32(at + 4, length);
  };
  const rightsOf = (fd: number): [bigint, bigint] => {
    expect(wasi.fd_fdstat_get(fd, 64)).toBe(SUCCESS);
    return [memory.getU64(72), memory.getU64(80)];
  };
  return { tables, program, memory, wasi, path, open, iovec, rightsOf };
}

test("rights can be taken away, not given back, and what is opened below has no more", () => {
  const { wasi, memory, open, path, iovec, rightsOf } = boot();
  wasi.path_create_directory(PREOPEN, ...path("d"));
  const directory = open(PREOPEN, "d", DIRECTORY, 0n);
  const file = open(directory, "f", CREAT, READ | WRITE);
  memory.slice(200, 5).set(utf8("hello"));
  iovec(100, 200, 5);
  expect(wasi.fd_write(file, 100, 1, 0)).toBe(SUCCESS);
  const [base] = rightsOf(file);
  expect(base & (READ | WRITE)).toBe(READ | WRITE);
  expect(wasi.fd_fdstat_set_rights(file, base & ~WRITE, 0n)).toBe(SUCCESS);
  expect(rightsOf(file)[0] & WRITE).toBe(0n);
  expect(wasi.fd_write(file, 100, 1, 0)).toBe(NOTCAPABLE);
  expect(wasi.fd_pwrite(file, 100, 1, 0n, 0)).toBe(NOTCAPABLE);
  expect(wasi.fd_pread(file, 100, 1, 0n, 0)).toBe(SUCCESS);
  expect(wasi.fd_fdstat_set_rights(file, base, 0n)).toBe(NOTCAPABLE);

  const [own, handedOn] = rightsOf(directory);
  expect(
    wasi.fd_fdstat_set_rights(directory, own & ~Right.PATH_UNLINK_FILE, handedOn & ~WRITE),
  ).toBe(SUCCESS);
  expect(wasi.path_unlink_file(directory, ...path("f"))).toBe(NOTCAPABLE);
  expect(open(directory, "f", 0, READ | WRITE)).toBe(-NOTCAPABLE);
  const reader = open(directory, "f", 0, READ);
  expect(rightsOf(reader)).toEqual([READ, 0n]);
  expect(wasi.fd_filestat_get(reader, 64)).toBe(NOTCAPABLE);
  // A number that was closed has what its next file has.
  expect(wasi.fd_close(reader)).toBe(SUCCESS);
  expect(open(PREOPEN, "d/f", 0, READ)).toBe(reader);
  expect(wasi.fd_filestat_get(reader, 64)).toBe(SUCCESS);
});

test("a copy of a narrowed descriptor is narrowed", () => {
  const { program, wasi, memory, open, rightsOf } = boot();
  const file = open(PREOPEN, "f", CREAT, READ | WRITE);
  wasi.fd_fdstat_set_rights(file, READ, 0n);
  const own = secureExecFunctions(program);
  expect(own.dup(file, 10, 0, 0)).toBe(SUCCESS);
  expect(rightsOf(memory.getU32(0))[0]).toBe(READ);
  expect(own.dup2(file, 20, 0)).toBe(SUCCESS);
  expect(rightsOf(20)[0]).toBe(READ);
});

test("every directory but the preopen ends where it begins", () => {
  const { wasi, open, path } = boot();
  wasi.path_create_directory(PREOPEN, ...path("d"));
  const directory = open(PREOPEN, "d", DIRECTORY, 0n);
  expect(open(directory, "a/../b", CREAT, 0n)).toBe(-44);
  expect(open(directory, "../d/b", CREAT, 0n)).toBe(-NOTCAPABLE);
  expect(open(directory, "/d/b", CREAT, 0n)).toBe(-NOTCAPABLE);
  expect(open(directory, "./b", CREAT, 0n)).toBeGreaterThan(PREOPEN);
  expect(wasi.path_symlink(...path("/etc"), directory, 1000, 1)).toBe(NOTCAPABLE);
  expect(wasi.path_rename(directory, ...path("../d"), directory, 1000, 1)).toBe(NOTCAPABLE);
  // The preopen is the root: `..` stays there, as wasi-libc's working directory needs.
  expect(open(PREOPEN, "d/../../d/b", 0, READ)).toBeGreaterThan(PREOPEN);
});

test("the preopen is a directory to look at, and can be closed", () => {
  const { wasi, memory, open } = boot();
  expect(wasi.fd_prestat_get(PREOPEN, 0)).toBe(SUCCESS);
  expect(wasi.fd_filestat_get(PREOPEN, 64)).toBe(SUCCESS);
  expect(memory.getU8(80)).toBe(3);
  expect(wasi.fd_readdir(PREOPEN, 2000, 4096, 0n, 0)).toBe(SUCCESS);
  expect(textOf(memory.slice(2000, memory.getU32(0)))).toContain("proc");
  expect(wasi.fd_seek(open(PREOPEN, ".", DIRECTORY, 0n), 0n, 0, 0)).toBe(BADF);
  expect(open(PREOPEN, ".", DIRECTORY, READ | WRITE)).toBe(-ISDIR);
  expect(wasi.fd_close(PREOPEN)).toBe(SUCCESS);
  expect(wasi.fd_close(PREOPEN)).toBe(BADF);
  expect(wasi.fd_prestat_get(PREOPEN, 0)).toBe(BADF);
  expect(open(PREOPEN, "f", CREAT, 0n)).toBe(-BADF);
});

test("fd_renumber takes only a number that is in use; advice and allocation are checked", () => {
  const { program, wasi, memory, open, rightsOf } = boot();
  const [first, second] = [open(PREOPEN, "a", CREAT, WRITE), open(PREOPEN, "b", CREAT, READ)];
  expect(wasi.fd_renumber(first, 99)).toBe(BADF);
  expect(wasi.fd_renumber(first, second)).toBe(SUCCESS);
  expect(rightsOf(second)[0] & READ).toBe(0n);
  expect(wasi.fd_fdstat_get(first, 64)).toBe(BADF);
  expect(wasi.fd_allocate(second, 0n, 100n)).toBe(SUCCESS);
  wasi.fd_filestat_get(second, 64);
  expect(memory.getU64(96)).toBe(100n);
  expect(wasi.fd_allocate(second, 0n, 0n)).toBe(INVAL);
  expect(wasi.fd_allocate(open(PREOPEN, "b", 0, READ), 0n, 5n)).toBe(BADF);
  expect([wasi.fd_advise(second, 0n, 0n, 6), wasi.fd_advise(second, 0n, 0n, 5)]).toEqual([
    INVAL,
    0,
  ]);
  expect(wasi.fd_advise(77, 0n, 0n, 0)).toBe(BADF);
  secureExecFunctions(program).pipe(0, 0, 4);
  expect(wasi.fd_advise(memory.getU32(0), 0n, 0n, 0)).toBe(SPIPE);
});

test("SYNC and DSYNC are kept, and O_EXCL is", () => {
  const { wasi, memory, open } = boot();
  const [DSYNC, SYNC, APPEND] = [2, 16, 1];
  const flagsOf = (fd: number) => {
    wasi.fd_fdstat_get(fd, 64);
    return memory.getU16(66);
  };
  expect(flagsOf(open(PREOPEN, "a", CREAT, WRITE, SYNC | APPEND))).toBe(SYNC | APPEND);
  expect(flagsOf(open(PREOPEN, "b", CREAT, WRITE, DSYNC))).toBe(DSYNC);
  expect(open(PREOPEN, "b", CREAT | 4, WRITE)).toBe(-EXIST);
});

test("poll_oneoff: descriptors, clocks that are over, and what can't be waited for", () => {
  const { program, wasi, memory } = boot();
  const own = secureExecFunctions(program);
  own.pipe(0, 0, 4);
  const [reader, writer] = [memory.getU32(0), memory.getU32(4)];
  const subscribe = (index: number, type: number, what: number, timeoutNs = 0n): void => {
    const at = 2000 + index * 48;
    memory.slice(at, 48).fill(0);
    memory.setU64(at, BigInt(index + 1));
    memory.setU8(at + 8, type);
    memory.setU32(at + 16, what);
    memory.setU64(at + 24, timeoutNs);
  };
  const poll = (count: number): [number, number, number, number][] => {
    expect(wasi.poll_oneoff(2000, 3000, count, 0)).toBe(SUCCESS);
    return Array.from({ length: memory.getU32(0) }, (_, index) => {
      const at = 3000 + index * 32;
      const bytes = Number(memory.getU64(at + 16));
      return [Number(memory.getU64(at)), memory.getU16(at + 8), memory.getU8(at + 10), bytes];
    });
  };
  subscribe(0, 1, reader);
  subscribe(1, 2, writer);
  subscribe(2, 0, 1, 0n);
  expect(poll(3)).toEqual([
    [2, 0, 2, 1],
    [3, 0, 0, 0],
  ]);
  memory.slice(200, 5).set(utf8("hello"));
  memory.setU32(100, 200);
  memory.setU32(104, 5);
  wasi.fd_write(writer, 100, 1, 0);
  expect(poll(1)).toEqual([[1, 0, 1, 5]]);
  subscribe(1, 1, 99);
  subscribe(2, 0, 7, 0n);
  expect(poll(3)).toEqual([
    [3, INVAL, 0, 0],
    [1, 0, 1, 5],
    [2, BADF, 1, 0],
  ]);
  subscribe(0, 3, reader);
  expect([wasi.poll_oneoff(2000, 3000, 1, 0), wasi.poll_oneoff(2000, 3000, 0, 0)]).toEqual([
    INVAL,
    INVAL,
  ]);
  expect(wasi.poll_oneoff(2000, 3000, -1, 0)).toBe(INVAL);
  expect(() => wasi.poll_oneoff(65_500, 3000, 1, 0)).toThrow(RangeError);
});

// WASM modules made by hand, for tests that need a program that is not ours
// (https://webassembly.github.io/spec/core/binary).

const leb128 = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
};
/** i32.const takes a signed number: one more bit than the unsigned form may need. */
const signedLeb128 = (value: number): number[] => {
  const bytes = leb128(value);
  const last = bytes.at(-1) ?? 0;
  return last & 0x40 ? [...bytes.slice(0, -1), last | 0x80, 0] : bytes;
};
const name = (text: string) => [...leb128(text.length), ...Buffer.from(text)];
export const section = (id: number, ...content: number[]) => [
  id,
  ...leb128(content.length),
  ...content,
];

export const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

const [I32, LOOP, BR, CALL, DROP, END] = [0x7f, 0x03, 0x0c, 0x10, 0x1a, 0x0b];
const EMPTY = 0x40;
const constant = (value: number) => [0x41, ...signedLeb128(value)];

interface Module {
  /** The body of `_start`: function 0 is `proc_exit(code)`, 1 is `fd_write(fd, iovs, count, written)`. */
  readonly code: readonly number[];
  /** The memory's limits. */
  readonly memory?: readonly number[];
  /** Text at address 64, with an iovec for it at address 0. */
  readonly text?: string;
}

export function wasmModule({ code, memory = [0, 1], text = "" }: Module): Uint8Array {
  const body = [0, ...code, END];
  const iovec = [64, 0, 0, 0, text.length, 0, 0, 0];
  const wasi = "wasi_snapshot_preview1";
  return Uint8Array.from([
    ...header,
    ...section(1, 3, 0x60, 1, I32, 0, 0x60, 4, I32, I32, I32, I32, 1, I32, 0x60, 0, 0),
    ...section(
      2,
      2,
      ...name(wasi),
      ...name("proc_exit"),
      0,
      0,
      ...name(wasi),
      ...name("fd_write"),
      0,
      1,
    ),
    ...section(3, 1, 2),
    ...section(5, 1, ...memory),
    ...section(7, 2, ...name("memory"), 2, 0, ...name("_start"), 0, 2),
    ...section(10, 1, ...leb128(body.length), ...body),
    ...section(
      11,
      ...[2, 0, ...constant(0), END, ...leb128(iovec.length), ...iovec],
      ...[0, ...constant(64), END, ...leb128(text.length), ...Buffer.from(text)],
    ),
  ]);
}

/** Writes `text` to standard output and ends with `code`. */
export const helloModule = (text: string, code = 0): Uint8Array =>
  wasmModule({
    text,
    code: [
      ...[...constant(1), ...constant(0), ...constant(1), ...constant(32), CALL, 1, DROP],
      ...[...constant(code), CALL, 0],
    ],
  });

/** Writes `text`, then computes forever. */
export const spinModule = (text: string): Uint8Array =>
  wasmModule({
    text,
    code: [
      ...[...constant(1), ...constant(0), ...constant(1), ...constant(32), CALL, 1, DROP],
      ...[LOOP, EMPTY, BR, 0, END],
    ],
  });

/** Grows its memory by `pages`, and ends with 0 when that worked, 1 when it did not. */
export const growModule = (pages: number, memory?: readonly number[]): Uint8Array =>
  wasmModule({
    ...(memory && { memory }),
    code: [...constant(pages), 0x40, 0, ...[0x41, 0x7f], 0x46, CALL, 0],
  });

/** Does what no program may: a trap. */
export const trapModule = (): Uint8Array => wasmModule({ code: [0x00] });

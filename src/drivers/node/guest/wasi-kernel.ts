/** The kernel as a WASI program within a Node program sees it: with descriptors of its own numbers. */
import type { GuestArguments } from "../../../bridge/guest/guest-stub.js";
import type { SyscallName } from "../../../bridge/syscalls.js";
import type { ProgramKernel } from "../../wasmvm/guest/program.js";
import { WASI_BADF, WASI_SUCCESS } from "../../wasmvm/guest/wasi-errno.js";
import { type KernelCalls, TRANSFER_BYTES } from "./kernel-calls.js";

/** Arguments that are descriptors. */
const DESCRIPTORS = ["fd", "directory", "oldDirectory", "newDirectory"];
/** No descriptor of the process. */
const NONE = -1;

export class WasiKernel implements ProgramKernel {
  readonly #kernel: KernelCalls;
  /** The process's descriptors by the program's. */
  readonly #own: (number | undefined)[];
  #result = 0;
  #bytes: Uint8Array | null = null;
  /** Only its length is looked at: what one call takes. */
  readonly payload = { length: TRANSFER_BYTES };

  constructor(kernel: KernelCalls, stdio: readonly number[]) {
    this.#kernel = kernel;
    this.#own = [...stdio];
  }

  /** Gives a descriptor of the process the lowest number that is free. */
  add(fd: number): number {
    const free = this.#own.indexOf(undefined);
    const number = free < 0 ? this.#own.length : free;
    this.#own[number] = fd;
    return number;
  }

  has(fd: number): boolean {
    return this.#own[fd] !== undefined;
  }

  /** `fd_renumber`: only onto a number that is in use. */
  renumber(from: number, to: number): number {
    const [moved, replaced] = [this.#own[from], this.#own[to]];
    if (moved === undefined || replaced === undefined) return WASI_BADF;
    if (from === to) return WASI_SUCCESS;
    this.#own[to] = moved;
    this.#own[from] = undefined;
    this.#kernel.close(replaced);
    return WASI_SUCCESS;
  }

  get result(): number {
    return this.#result;
  }

  get secondResult(): number {
    return this.#kernel.secondResult;
  }

  get longResult(): bigint {
    return this.#kernel.longResult;
  }

  get resultBytes(): Uint8Array {
    return this.#bytes ?? this.#kernel.bytes;
  }

  write(fd: number, data: Uint8Array): number {
    return this.call("write", { fd, data });
  }

  /** @returns 0, or Linux's error number. */
  call<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    const given: Record<string, unknown> = { ...args };
    for (const key of DESCRIPTORS) {
      if (key in given) given[key] = this.#own[Number(given[key])] ?? NONE;
    }
    if (name === "poll") given.entries = this.#translated(given.entries as Uint8Array);
    if (name === "open") given.minimum = 0;
    const failed = -this.#kernel.call(name, given as GuestArguments<Name>);
    this.#bytes = null;
    this.#result = this.#kernel.result;
    if (failed === 0) this.#follow(name, args as { readonly fd?: number });
    return failed;
  }

  /** What has been opened gets a number, what has been closed loses it. */
  #follow(name: SyscallName, { fd = NONE }: { readonly fd?: number }): void {
    if (name === "open") this.#result = this.add(this.#result);
    if (name === "close") this.#own[fd] = undefined;
    if (name !== "accept") return;
    this.#bytes = this.#kernel.bytes.slice();
    const view = new DataView(this.#bytes.buffer);
    view.setUint32(0, this.add(view.getUint32(0, true)), true);
  }

  /** Of `poll`: pairs of a descriptor and what is asked of it. */
  #translated(entries: Uint8Array): Uint8Array {
    const words = new Int32Array(entries.slice().buffer);
    for (let at = 0; at < words.length; at += 2) words[at] = this.#own[words[at] ?? NONE] ?? NONE;
    return new Uint8Array(words.buffer);
  }
}

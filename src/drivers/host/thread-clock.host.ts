/**
 * How the host learns what a guest's thread has computed: the thread writes its number, once or for
 * each step that it runs a guest, and the host reads its clock. Three numbers in shared memory: the thread's,
 * 0 for none; what it had computed when its step began, -1 when all of it is the guest's; what
 * the guest's earlier steps took. Times in ns. No guest gets hold of the memory.
 */
import { type CpuTime, noCpuTime, totalMs } from "../../kernel/cpu-time.js";
import { threadCpuTime, threadNumber } from "./cpu-clock.host.js";

const THREAD = 0;
const BEGAN_NS = 1;
const DONE_NS = 2;
const WORDS = 3;
const ALL_OF_IT = -1n;
const NS_PER_MS = 1e6;

/** Says, in a thread that does nothing but run guests, that its clock is theirs. */
export function showThread(memory: SharedArrayBuffer): void {
  const words = new BigInt64Array(memory);
  Atomics.store(words, BEGAN_NS, ALL_OF_IT);
  Atomics.store(words, THREAD, BigInt(threadNumber()));
}

/** The host's half. */
export class ThreadClock {
  readonly memory = new SharedArrayBuffer(WORDS * BigInt64Array.BYTES_PER_ELEMENT);
  readonly #words = new BigInt64Array(this.memory);
  #start: CpuTime = noCpuTime;

  /** A guest begins. */
  begin(): void {
    this.#start = this.#read() ?? noCpuTime;
  }

  /** What the guest has computed; null: not known. */
  get time(): CpuTime | null {
    const now = this.#read();
    if (!now) return null;
    const { userMs, systemMs } = this.#start;
    return { userMs: now.userMs - userMs, systemMs: now.systemMs - systemMs };
  }

  #read(): CpuTime | null {
    const thread = Number(Atomics.load(this.#words, THREAD));
    const beganNs = Atomics.load(this.#words, BEGAN_NS);
    const earlier = Number(Atomics.load(this.#words, DONE_NS)) / NS_PER_MS;
    const time = thread > 0 ? threadCpuTime(thread) : null;
    if (beganNs === ALL_OF_IT) return time;
    const step = time ? Math.max(0, totalMs(time) - Number(beganNs) / NS_PER_MS) : 0;
    return { userMs: earlier + step, systemMs: 0 };
  }
}

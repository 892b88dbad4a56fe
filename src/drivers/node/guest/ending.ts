/** How a program ends whose loop is empty. */

import { arrowOf } from "./error-arrow.js";
import type { Callable, Guest } from "./guest.js";
import { utf8Encode } from "./utf8.js";

const { apply } = Reflect;

/** Node's exit code for it. */
const UNSETTLED_TOP_LEVEL_AWAIT = 13;
/** A promise's state as V8 has it. */
const PENDING = 0;

/** The loop is empty: `beforeExit` may fill it again, then `exit` is told. */
export function finish(guest: Guest): void {
  const { process } = guest;
  guest.finalization.run();
  const emit = process.emit as Callable;
  const fields = process[guest.privateSymbols.get("exit_info_private_symbol")] as Int32Array;
  const exitCode = (): number => (fields[2] ? (fields[1] as number) : 0);
  guest.callback(process, () => apply(emit, process, ["beforeExit", exitCode()] as never), []);
  if (guest.loop.isAlive) return;
  guest.loop.end();
  process._exiting = true;
  const isUnsettled = !fields[2] && isEntryPointPending(guest);
  const code = isUnsettled ? UNSETTLED_TOP_LEVEL_AWAIT : exitCode();
  guest.callback(process, () => apply(emit, process, ["exit", code] as never), []);
  if (isUnsettled && !fields[2]) tellOfStalledAwaits(guest);
  guest.exit(fields[2] ? exitCode() : code);
}

/** Says where the program waits for what will not come. */
function tellOfStalledAwaits({ native, kernel, privateSymbols }: Guest): void {
  const name = privateSymbols.byName.entry_point_module_private_symbol;
  const module = name && (globalThis as unknown as Record<symbol, { readonly id: number }>)[name];
  if (!module) return;
  for (const place of native.stalledAwaits(module.id)) {
    const text = `Warning: Detected unsettled top-level await at ${arrowOf(place) ?? ""}\n\n`;
    kernel.writeFully(2, utf8Encode(text), -1);
  }
}

/** Whether the program still waits for something that will not come. Newer libraries leave it to us to ask. */
function isEntryPointPending({ native, privateSymbols }: Guest): boolean {
  const name = privateSymbols.byName.entry_point_promise_private_symbol;
  const promise = name && (globalThis as unknown as Record<symbol, unknown>)[name];
  return promise !== undefined && native.getPromiseDetails(promise)?.[0] === PENDING;
}

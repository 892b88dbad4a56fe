/** The isolates of this process, each counted for the limit on its memory. */
import type * as Ivm from "isolated-vm";
import { countIsolates } from "../host/walls.host.js";

/** Those that the limit has room for. */
const counted = new WeakSet<Ivm.Isolate>();

/** An isolate for a guest's thread; `freeIsolate` takes it away. */
export function makeIsolate(
  { ivm }: { readonly ivm: typeof Ivm },
  memoryLimitMb: number,
): Ivm.Isolate {
  countIsolates(1);
  const isolate = new ivm.Isolate({ memoryLimit: memoryLimitMb });
  counted.add(isolate);
  return isolate;
}

/** Takes an isolate away, whatever it is doing. */
export function freeIsolate(isolate: Ivm.Isolate): void {
  if (!isolate.isDisposed) isolate.dispose();
  if (counted.delete(isolate)) countIsolates(-1);
}

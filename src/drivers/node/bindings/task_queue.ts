/** `task_queue`: microtasks, ticks, and the promises nobody handles. */
import type { Binding, Guest } from "../guest/guest.js";

export type RejectionHandler = (type: number, promise: Promise<unknown>, reason: unknown) => void;

export function taskQueueBinding(
  guest: Guest,
  onRejectionHandler: (handler: RejectionHandler) => void,
): Binding {
  return {
    tickInfo: guest.tickInfo,
    runMicrotasks: () => guest.hooks.runMicrotasks(),
    enqueueMicrotask: (task: () => void) => guest.enqueueMicrotask(task),
    setTickCallback(callback: () => void) {
      guest.tickCallback = callback;
    },
    setPromiseRejectCallback: onRejectionHandler,
  };
}

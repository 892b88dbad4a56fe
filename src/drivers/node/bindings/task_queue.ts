/** `task_queue`: microtasks, ticks, and the promises nobody handles. */
import type { Binding, Guest } from "../guest/guest.js";

export function taskQueueBinding(guest: Guest): Binding {
  const { native } = guest;
  return {
    tickInfo: guest.tickInfo,
    runMicrotasks: () => native.runMicrotasks(),
    enqueueMicrotask: (task: () => void) => native.enqueueMicrotask(task),
    setTickCallback(callback: () => void) {
      guest.tickCallback = callback;
    },
    setPromiseRejectCallback: (handler: never) => native.setPromiseRejectCallback(handler),
  };
}

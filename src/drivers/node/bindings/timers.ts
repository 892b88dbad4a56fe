/** `timers`: the loop's one timer and its immediates. */
import type { TimerHooks } from "../guest/event-loop.js";
import type { Binding, Guest } from "../guest/guest.js";

export function timersBinding(guest: Guest): Binding {
  const { loop } = guest;
  return {
    setupTimers(
      processImmediate: TimerHooks["processImmediate"],
      processTimers: TimerHooks["processTimers"],
    ) {
      // As Node calls them, and as stacks show it: `process.processImmediate`.
      loop.timers = {
        processImmediate: () => Reflect.apply(processImmediate, guest.process, []),
        processTimers: (now) => Reflect.apply(processTimers, guest.process, [now]),
      };
    },
    getLibuvNow: () => loop.updateNow(),
    scheduleTimer: (afterMs: number) => loop.scheduleTimer(afterMs),
    toggleTimerRef: (isReferenced: boolean) => loop.toggleTimerReference(isReferenced),
    toggleImmediateRef: (areReferenced: boolean) => loop.toggleImmediateReference(areReferenced),
    immediateInfo: loop.immediateInfo,
    timerInfo: loop.timeoutInfo,
    timeoutInfo: loop.timeoutInfo,
  };
}

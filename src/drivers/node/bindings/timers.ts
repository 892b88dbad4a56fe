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
      loop.timers = { processImmediate, processTimers };
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

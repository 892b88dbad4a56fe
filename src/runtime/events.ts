/** What a runtime tells its `onEvent`: things that happen to its guests, for consoles and logs. */
import type { LimitReached } from "../kernel/call-limits.js";
import type { Denial } from "./denial.js";

/** A permission was refused: by which rule, and which one would allow it. */
export interface DeniedEvent extends Denial {
  readonly type: "denied";
}

/** A call of the runtime has started a process. */
export interface StartEvent {
  readonly type: "start";
  readonly pid: number;
  readonly command: string;
}

/** That process and its session have ended. */
export interface EndEvent {
  readonly type: "end";
  readonly pid: number;
  readonly exitCode: number;
}

/** A guest has called a tool. */
export interface ToolEvent {
  readonly type: "tool";
  readonly name: string;
  readonly pid: number;
  /** 0: it has answered; 1: it has thrown; 2: its input was none. */
  readonly exitCode: number;
}

/** A process has reached a limit: of each limit told once a process. */
export interface LimitEvent extends LimitReached {
  readonly type: "limit";
}

export type RuntimeEvent = LimitEvent | DeniedEvent | StartEvent | EndEvent | ToolEvent;

/** Gets the events. What it throws is dropped: an onlooker disturbs nothing. */
export type EventListener = (event: RuntimeEvent) => void;

/** Tells events to a listener, if there is one. */
export function emitterOf(listener: EventListener | undefined): EventListener {
  if (!listener) return () => {};
  return (event) => {
    try {
      listener(event);
    } catch {
      // See EventListener.
    }
  };
}

/** What a runtime tells its `onEvent`: things that happen to its guests, for consoles and logs. */
import type { PermissionRequest } from "../kernel/permissions.js";

/** A permission was refused. */
export interface DeniedEvent {
  readonly type: "denied";
  readonly request: PermissionRequest;
  /** The rule's own words, when it gave any. */
  readonly reason: string | undefined;
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

export type RuntimeEvent = DeniedEvent | StartEvent | EndEvent;

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

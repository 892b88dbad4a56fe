/** The time zone of this process, which is that of V8's dates in all its isolates: a guest host process has one guest at a time. */

/** Of a guest that has set none. */
const DEFAULT = "UTC";
/** A zone's name or a POSIX rule; C's library would read a file for a path. */
const ZONE = /^(?!.*\.\.)[A-Za-z<][\w+\-/,:.<>]{0,127}$/;

/** @param zone - As in the variable `TZ`; what is no zone's name is UTC. */
export function setTimeZone(zone: string): void {
  const name = ZONE.test(zone) ? zone : DEFAULT;
  // Node tells V8 and C's library of the change.
  if (process.env.TZ !== name) process.env.TZ = name;
}

/** For the guests to come. */
export function resetTimeZone(): void {
  setTimeZone(DEFAULT);
}

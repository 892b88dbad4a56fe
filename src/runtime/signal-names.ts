/** Signals by name, as Node's own API has them. */
import * as signals from "../kernel/signals.js";
import { suggestion } from "./check-options.js";
import { OptionError } from "./errors.js";

export type SignalName = Extract<
  Exclude<keyof typeof signals, "SIGNAL_MAX" | "SIGRTMIN">,
  `SIG${string}`
>;

const numbers = new Map<string, number>();
for (const [name, value] of Object.entries(signals)) {
  if (/^SIG[A-Z0-9]+$/.test(name) && name !== "SIGRTMIN" && typeof value === "number") {
    numbers.set(name, value);
  }
}
const names = new Map([...numbers].map(([name, number]) => [number, name as SignalName]));

/** The name of a signal; of a real-time one, which has none, `SIGRTMIN+n`. */
export function signalName(signal: number): SignalName {
  return names.get(signal) ?? (`SIGRTMIN+${signal - signals.SIGRTMIN}` as SignalName);
}

/** The number of a signal that is given by name or number. */
export function signalNumber(call: string, given: SignalName | number): number {
  if (typeof given === "number") return given;
  const number = numbers.get(given);
  if (number !== undefined) return number;
  const hint = suggestion(String(given), [...numbers.keys()]);
  throw new OptionError(`${call}: signal`, `no such signal: ${String(given)}${hint}`);
}

/** Ports as rules have them: 443, `"443"`, `"8000-8999"`, `"*"`. */
import { expected } from "./check-options.js";

export interface PortSpan {
  readonly first: number;
  readonly last: number;
}

const PORT_MAX = 65_535;

/** @param option - What it is called in errors. */
export function portSpans(
  option: string,
  given: number | string | readonly (number | string)[],
): PortSpan[] {
  const list = Array.isArray(given) ? given : [given];
  return list.map((each: number | string) => portSpan(option, each));
}

function portSpan(option: string, given: number | string): PortSpan {
  if (given === "*") return { first: 0, last: PORT_MAX };
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(given)) ?? [];
  const span = { first: Number(first), last: Number(last) };
  if (first !== "" && span.first >= 1 && span.first <= span.last && span.last <= PORT_MAX)
    return span;
  throw expected(option, 'a port, "first-last" or "*"', given);
}

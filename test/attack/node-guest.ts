// A Node program that attacks: it runs under the universal oracle, and says itself what it could do.

import { expect } from "vitest";
import { bootNode, nodeInGuest } from "../drivers/node/node-kernel.js";
import type { Outcome } from "../drivers/run-in-guest.js";
import { underOracle } from "./universal-oracle.js";

export const isolations = ["process", "thread"] as const;

export interface Probe {
  readonly isolation?: (typeof isolations)[number];
  /** Options of Node's own. */
  readonly flags?: readonly string[];
}

/**
 * Runs a program. It has `say(...)`, which prints, `bad(...)`, which reports a break, and HOST_FILE, a file of
 * the host's. What it prints is the answer; any break fails.
 */
export async function attack(program: string, { isolation, flags = [] }: Probe = {}) {
  let outcome: Outcome | undefined;
  await underOracle(async (saw) => {
    const kernel = await bootNode(isolation ? { isolation } : {});
    try {
      await kernel.writeFile("/tmp/probe.cjs", prelude() + program);
      outcome = await nodeInGuest(kernel, [...flags, "/tmp/probe.cjs"]);
      saw(outcome.stdout + outcome.stderr);
      // The kernel goes on.
      expect(await kernel.exec("echo alive")).toMatchObject({ stdout: "alive\n", exitCode: 0 });
    } finally {
      await kernel.dispose();
    }
  });
  if (!outcome) throw new Error("the probe did not run");
  expect(outcome.stdout).not.toContain("BREAK");
  return outcome;
}

/** Where the guest's own words come from, before it breaks its builtins. */
function prelude(): string {
  // Taken apart, so that the oracle does not find it in an error's source line.
  const file = [...import.meta.filename].map((letter) => letter.charCodeAt(0));
  return `const HOST_FILE = String.fromCharCode(${file.join(",")});
const say = ((write, join, map, text) => (...words) => write(1, join.call(map.call(words, text), ' ') + '\\n'))(
  require('fs').writeSync, Array.prototype.join, Array.prototype.map, (word) => typeof word === 'symbol' ? word.toString() : '' + word);
const bad = (...words) => say('BREAK', ...words);
`;
}

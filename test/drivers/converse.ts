// A talk with a program on a terminal.

import type { ShellHandle } from "secure-exec/kernel";
import { textOf } from "../boot.js";

/** What is typed, each text once what comes before it has been shown. */
export type Dialogue = readonly (readonly [waitFor: string | RegExp, type: string])[];

/** Answers all that was shown, the exit code, and how many steps were taken. */
export async function converse(shell: ShellHandle, dialogue: Dialogue) {
  const shown: Uint8Array[] = [];
  let steps = 0;
  let from = 0;
  shell.onData = (data) => {
    shown.push(data);
    const text = textOf(shown);
    const [waitFor, type] = dialogue[steps] ?? [];
    if (waitFor === undefined || type === undefined) return;
    const rest = text.slice(from);
    if (typeof waitFor === "string" ? !rest.includes(waitFor) : !waitFor.test(rest)) return;
    from = text.length;
    steps++;
    void shell.write(type);
  };
  const code = await shell.wait();
  return { code, text: textOf(shown), steps };
}

/**
 * `process.execve`, as far as a process can become another program that has no exec: the program is a child in its place, with
 * its descriptors and its directory, whose end is the end of this process. Only the pid is another one. Python's os.execve does
 * the same.
 */
import type { ChildProcesses } from "./child-processes.js";
import type { Guest } from "./guest.js";
import { utf8Encode } from "./utf8.js";

/** From the terminal, to both: the program decides what they do. */
const SIGINT = 2;
const SIGQUIT = 3;
const SIGTSTP = 20;
const SIGKILL = 9;
const STANDARD_STREAMS = [0, 1, 2];

/** Ends the process, one way or another. */
export function execve(
  guest: Guest,
  children: ChildProcesses,
  file: string,
  args: readonly string[],
  env: readonly string[],
): never {
  const { kernel } = guest;
  const pid = children.spawn(
    { file, args, env, cwd: undefined, fds: STANDARD_STREAMS, isDetached: false },
    null,
  );
  if (pid < 0) {
    const text = `process.execve failed with error code ${guest.uv.name(pid)}\n`;
    kernel.writeFully(2, utf8Encode(text), -1);
    return guest.abort();
  }
  const ignore = (signal: number, ignored: number): number =>
    kernel.call("ignore_signal", { signal, ignored });
  for (const signal of [SIGINT, SIGQUIT, SIGTSTP]) ignore(signal, 1);
  const { exitCode, signal } = children.waitFor(pid);
  if (signal === 0) return guest.exit(exitCode);
  if (signal !== SIGKILL) ignore(signal, 0);
  kernel.call("kill", { pid: guest.facts.pid, signal });
  return guest.exit(128 + signal);
}

/**
 * The keeper of the host's terminal: one small shell process while the terminal is raw. It holds a pipe to the
 * application; when the application is killed, the pipe ends without a word, and the keeper gives the terminal
 * its settings back. Where there is no `stty` nothing is kept: type `reset` then.
 */
import type { ChildProcess } from "node:child_process";
import type { Writable } from "node:stream";

/** Waits for a line; at the end of the file without one the application is gone. The terminal is descriptor 3. */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP TTOU
read -r line || stty "$1" <&3
`;

const env = { PATH: "/usr/bin:/bin" };

export class TerminalKeeper {
  #child: ChildProcess | null = null;

  /** Notes how the terminal `fd` is set, to set it so when this application is gone. */
  keep(fd: number): void {
    // Not imported: this file is in the bundle for browsers too, which never gets here.
    const { spawn, spawnSync } = process.getBuiltinModule("node:child_process");
    const { status, stdout } = spawnSync("stty", ["-g"], {
      env,
      stdio: [fd, "pipe", "ignore"],
      encoding: "utf8",
    });
    if (status !== 0) return;
    const child = spawn("/bin/sh", ["-c", SCRIPT, "sh", stdout.trim()], {
      cwd: "/",
      env,
      // A session of its own: what ends the application's process group does not end the keeper.
      detached: true,
      stdio: ["pipe", "ignore", "ignore", fd],
    });
    child.unref();
    const stdin: (Writable & { unref?(): void }) | null = child.stdin;
    stdin?.unref?.();
    // Without a keeper only a kill leaves the terminal raw.
    child.on("error", () => {});
    stdin?.on("error", () => {});
    this.#child = child;
  }

  /** The terminal is as it was: there is nothing to do any more. */
  dismiss(): void {
    this.#child?.stdin?.end("done\n");
    this.#child = null;
  }
}

/**
 * The reaper: one small shell script per host application, which leaves no guest host process
 * behind when the application is killed. A guest that spins in JavaScript does not notice that its
 * channel is closed; the reaper holds a pipe to the application, and at its end kills the
 * registered processes with their groups. A process is known by its id and its start time.
 *
 * A shell, because it holds 1 MB where a Node process holds 40 MB.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Writable } from "node:stream";

/** `+ PID START` registers, `- PID` forgets. A start of 0 is unknown and not compared. */
const SCRIPT = `
trap '' HUP INT QUIT TERM
list=
while read -r op pid start; do
  kept=
  for entry in $list; do
    [ "\${entry%%:*}" = "$pid" ] || kept="$kept $entry"
  done
  list=$kept
  [ "$op" = + ] && list="$list $pid:$start"
done
for entry in $list; do
  pid=\${entry%%:*}
  start=\${entry##*:}
  if [ "$start" != 0 ]; then
    stat=
    read -r stat 2>/dev/null < "/proc/$pid/stat" || continue
    set -- \${stat##*) }
    [ "\${20}" = "$start" ] || continue
  fi
  kill -s KILL -- "-$pid" 2>/dev/null
done
`;

/** Fields of /proc/PID/stat after the command's name, which is in brackets and may hold anything. */
const START_TIME_FIELD = 19;

/** When a process was started, in clock ticks since boot; 0 where there is no /proc. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[START_TIME_FIELD] ?? "0";
  } catch {
    return "0";
  }
}

export class Reaper {
  #child: ChildProcess | null = null;
  readonly #registered = new Set<number>();

  /** The reaper's process id, while there is something to reap. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Has the process `pid` and its group killed when this application is gone. */
  register(pid: number): void {
    this.#registered.add(pid);
    this.#say(`+ ${pid} ${startTimeOf(pid)}\n`);
  }

  /** Forgets a process that is gone; with the last one the reaper ends. */
  forget(pid: number): void {
    if (!this.#registered.delete(pid)) return;
    this.#say(`- ${pid}\n`);
    if (this.#registered.size > 0) return;
    this.#child?.stdin?.end();
    this.#child = null;
  }

  #say(line: string): void {
    this.#child ??= this.#start();
    this.#child.stdin?.write(line);
  }

  #start(): ChildProcess {
    const child = spawn("/bin/sh", ["-c", SCRIPT], {
      cwd: "/",
      env: {},
      // A session of its own: what ends the application's process group does not end the reaper.
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    child.unref();
    const stdin: Writable & { unref?(): void } = child.stdin;
    stdin.unref?.();
    // Without a reaper guests still end when their channel closes, unless they spin.
    child.on("error", () => {});
    stdin.on("error", () => {});
    return child;
  }
}

// Processes on the Linux that runs the tests, doing what a test says: the other half is
// linux-processes.c, which is compiled here.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("linux-processes.c", import.meta.url));

/** A folder with the compiled program, or null: no Linux, or no compiler. */
export function compile(): string | null {
  if (process.platform !== "linux") return null;
  const folder = mkdtempSync(join(tmpdir(), "linux-processes-"));
  const program = join(folder, "program");
  const { status } = spawnSync("cc", ["-O1", "-o", program, source]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return null;
}

/** How long nothing must have changed before the next step is made. */
const QUIET_MS = 3;
const QUIET_ROUNDS = 3;

interface Peer {
  readonly pid: number;
  readonly socket: Socket;
  received: string;
}

/** Named processes of one case, "A" first. */
export class LinuxProcesses {
  readonly #folder: string;
  readonly #server: Server;
  readonly #peers = new Map<string, Peer>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Starts A, which leads a session. */
  async start(): Promise<void> {
    const path = join(this.#folder, `socket${process.hrtime.bigint()}`);
    await new Promise<void>((resolve) => this.#server.listen(path, resolve));
    const program = join(this.#folder, "program");
    spawn(program, [path, "A"], { detached: true, stdio: "ignore" });
    await this.#until(() => this.#peers.has("A"));
  }

  pidOf(name: string): number {
    const peer = this.#peers.get(name);
    if (!peer) throw new Error(`no process ${name}`);
    return peer.pid;
  }

  nameOf(pid: number): string {
    for (const [name, peer] of this.#peers) if (peer.pid === pid) return name;
    return "outside";
  }

  /** Sends a command and waits until nothing happens any more; the answer, unless it waits. */
  async ask(name: string, command: string): Promise<string | null> {
    const peer = this.#peers.get(name);
    if (!peer) throw new Error(`no process ${name}`);
    peer.socket.write(`${command}\n`);
    await this.#quiet(peer);
    return this.takeAnswer(name);
  }

  /** Starts a process by another. */
  async spawn(by: string, name: string, command: string): Promise<void> {
    await this.ask(by, command);
    await this.#until(() => this.#peers.has(name));
  }

  /** An answer that has come. */
  takeAnswer(name: string): string | null {
    const peer = this.#peers.get(name);
    const end = peer?.received.indexOf("\n") ?? -1;
    if (!peer || end === -1) return null;
    const line = peer.received.slice(0, end);
    peer.received = peer.received.slice(end + 1);
    return line;
  }

  /** Nobody waits for a zombie whose parent is none of these: it counts as gone. */
  stateOf(name: string): "alive" | "stopped" | "zombie" | "gone" {
    const stat = this.#stat(this.pidOf(name));
    if (!stat) return "gone";
    if (stat.state === "T") return "stopped";
    if (stat.state !== "Z") return "alive";
    return this.nameOf(stat.ppid) === "outside" ? "gone" : "zombie";
  }

  async end(): Promise<void> {
    for (const { pid, socket } of this.#peers.values()) {
      this.#kill(pid);
      socket.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #kill(pid: number): void {
    try {
      if (readlinkSync(`/proc/${pid}/exe`) === join(this.#folder, "program")) {
        process.kill(pid, "SIGKILL");
      }
    } catch {
      // It has ended.
    }
  }

  #accept(socket: Socket): void {
    let received = "";
    const meet = (bytes: Buffer): void => {
      received += bytes.toString();
      if (!received.includes("\n")) return;
      socket.off("data", meet);
      const [line = "", ...rest] = received.split("\n");
      const [, name = "", pid] = line.split(" ");
      const peer: Peer = { pid: Number(pid), socket, received: rest.join("\n") };
      this.#peers.set(name, peer);
      socket.on("data", (more: Buffer) => {
        peer.received += more.toString();
      });
    };
    socket.on("data", meet);
    socket.on("error", () => {});
  }

  #stat(pid: number): { state: string; ppid: number } | null {
    try {
      const text = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [state = "", ppid] = text.slice(text.lastIndexOf(")") + 2).split(" ");
      return { state, ppid: Number(ppid) };
    } catch {
      return null;
    }
  }

  /** Waits until `peer` has answered or can't, and every process sleeps, is stopped or has ended. */
  async #quiet(peer: Peer): Promise<void> {
    let before = "";
    for (let rounds = 0; rounds < QUIET_ROUNDS; ) {
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      const states = [...this.#peers.values()].map(({ pid, received }) => {
        return `${this.#stat(pid)?.state ?? "gone"}${received.length}`;
      });
      const now = states.join();
      rounds = now === before && !/[RD]\d/.test(now) ? rounds + 1 : 0;
      before = now;
      if (rounds > 0 && peer.received.includes("\n") && rounds === QUIET_ROUNDS - 1) return;
    }
  }

  async #until(condition: () => boolean): Promise<void> {
    for (let tries = 0; !condition(); tries++) {
      if (tries > 5000) throw new Error("nobody came");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

// The same socket calls on our kernel and on the loopback of the Linux that runs the tests.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { describeAddress, type SocketAddress } from "../../src/kernel/socket-address.js";
import { AF_INET, AF_UNIX } from "../../src/kernel/socket-constants.js";
import { families, inet, inet6, messageIn, SocketGuest, unix } from "./socket-guest.js";
import { bootTables, codeOf, ok, start, textOf, utf8 } from "./tables.js";

type Value = string | number;
type Step = readonly [operation: string, ...args: Value[]];

const types: Record<string, number> = { stream: 1, dgram: 2, seqpacket: 5 };
const DONTWAIT = 0x40;
const PEEK = 2;
const WAITALL = 0x100;
const NOSIGNAL = 0x4000;
const [SOL_SOCKET, REUSEADDR, TYPE, ERROR, SNDBUF, RCVBUF, KEEPALIVE] = [1, 2, 3, 4, 7, 8, 9];
const [REUSEPORT, ACCEPTCONN] = [15, 30];
const [RD, WR, RDWR] = [0, 1, 2];

const script = fileURLToPath(new URL("socket-steps.py", import.meta.url));
const isLinuxWithPython =
  process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;

function onLinux(cases: readonly (readonly Step[])[]): unknown[][] {
  const { status, stdout, stderr } = spawnSync("python3", [script], {
    input: JSON.stringify(cases),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** Runs the steps of one case here; `socket-steps.py` has their twins. */
class Here {
  readonly #tables = bootTables();
  readonly #guest: SocketGuest;
  readonly #sockets = new Map<string, { fd: number; family: number }>();
  readonly #ports = new Map<string, number>();

  constructor() {
    ok(this.#tables.vfs.mkdir(this.#tables.userActor, "/", "/tmp/case", 0o755));
    this.#guest = new SocketGuest(this.#tables, start(this.#tables, { cwd: "/tmp/case" }));
  }

  run([operation, ...args]: Step): unknown {
    const [name = "", first = 0, second = 0, third = 0] = args;
    const guest = this.#guest;
    const { fd = -1, family = 0 } = this.#sockets.get(String(name)) ?? {};
    const simply = (outcome: string): string => (outcome === "waits" ? "EAGAIN" : outcome);
    switch (operation) {
      case "socket": {
        const kind = { family: families[first as "inet"], type: types[second] ?? 0, protocol: 0 };
        const outcome = guest.try("socket", kind);
        if (outcome === "ok") this.#add(name, guest.result, kind.family);
        return outcome;
      }
      case "pair": {
        const kind = { family: AF_UNIX, type: types[second] ?? 0, protocol: 0 };
        const outcome = guest.try("socketpair", kind);
        if (outcome !== "ok") return outcome;
        const fds = [guest.result, guest.secondResult] as const;
        this.#add(name, fds[0], AF_UNIX);
        this.#add(first, fds[1], AF_UNIX);
        return outcome;
      }
      case "bind": {
        const outcome = guest.try("bind", { fd, address: this.#address(family, first, second) });
        if (outcome === "ok" && typeof second === "string" && !this.#ports.has(second)) {
          this.#ports.set(second, guest.portOf(fd));
        }
        return outcome;
      }
      case "listen":
        return guest.try("listen", { fd, backlog: Number(first) });
      case "accept": {
        guest.do("set_status", { fd, flags: 0o4000 });
        const outcome = guest.try("accept", { fd, flags: 0 });
        if (outcome !== "ok") return outcome;
        const bytes = guest.resultBytes.slice();
        this.#add(first, new DataView(bytes.buffer).getInt32(0, true), family);
        const from = guest.address(4);
        return from.family === AF_INET ? from.address : "ok";
      }
      case "connect":
        return simply(guest.try("connect", { fd, address: this.#address(family, first, second) }));
      case "disconnect":
        return guest.try("connect", { fd, address: new Uint8Array(16) });
      case "send": {
        const call = { fd, flags: Number(second) | DONTWAIT, data: bytesOf(first) };
        return this.#number(guest.try("send", call));
      }
      case "sendto": {
        const address = this.#address(family, second, third);
        const call = { fd, flags: DONTWAIT, address, data: bytesOf(first) };
        return this.#number(guest.try("send_to", call));
      }
      case "recv":
        return guest.take(fd, Number(first), Number(second) | DONTWAIT);
      case "recvfrom": {
        const target = Number(first) + 132;
        const outcome = guest.try("receive_from", {
          fd,
          flags: Number(second) | DONTWAIT,
          target,
        });
        if (outcome !== "ok") return outcome;
        const { data, isCut, from } = messageIn(guest.resultBytes);
        return [textOf(data), isCut, from ? this.#shown(from) : ""];
      }
      case "sendfds":
        return this.#number(
          guest.try("send_message", {
            fd,
            flags: Number(third) | DONTWAIT,
            address: new Uint8Array(0),
            descriptors: this.#numbersOf(second),
            data: bytesOf(first),
          }),
        );
      case "recvfds":
        return this.#receiveNamed(fd, Number(first), wordsOf(second), Number(third) | DONTWAIT);
      case "shutdown":
        return guest.try("shutdown", { fd, how: Number(first) });
      case "close":
        return guest.try("close", { fd });
      case "poll":
        return guest.pollNow(fd);
      case "name":
      case "peer": {
        const row = operation === "name" ? "get_socket_name" : "get_peer_name";
        const outcome = guest.try(row, { fd });
        return outcome === "ok" ? this.#shown(guest.address()) : outcome;
      }
      case "getopt": {
        const option = { fd, level: Number(first), name: Number(second) };
        const outcome = guest.try("get_socket_option", option);
        if (outcome !== "ok") return outcome;
        return new DataView(guest.resultBytes.slice().buffer).getInt32(0, true);
      }
      case "setopt": {
        const value = new Uint8Array(Int32Array.of(Number(third)).buffer);
        const option = { fd, level: Number(first), name: Number(second), value };
        return guest.try("set_socket_option", option);
      }
      case "linger": {
        const value = new Uint8Array(Int32Array.of(Number(first), Number(second)).buffer);
        return guest.try("set_socket_option", { fd, level: 1, name: 13, value });
      }
      case "nonblock":
        return guest.try("set_status", { fd, flags: 0o4000 });
      case "touch": {
        const { process } = guest;
        const made = this.#tables.vfs.mknod(process.actor, process.cwd, String(name), 0o644);
        return codeOf(made) ?? "ok";
      }
      case "unlink": {
        const { process } = guest;
        return codeOf(this.#tables.vfs.unlink(process.actor, process.cwd, String(name))) ?? "ok";
      }
      case "rename": {
        const { actor, cwd } = guest.process;
        const { vfs } = this.#tables;
        return codeOf(vfs.rename(actor, cwd, String(name), cwd, String(first))) ?? "ok";
      }
      default:
        throw new Error(`no step ${operation}`);
    }
  }

  #add(name: Value, fd: number, family: number): void {
    this.#sockets.set(String(name), { fd, family });
  }

  #numbersOf(names: Value): Uint8Array {
    const fds = wordsOf(names).map((name) => this.#sockets.get(name)?.fd ?? -1);
    return new Uint8Array(Int32Array.from(fds).buffer);
  }

  #receiveNamed(fd: number, count: number, names: readonly string[], flags: number): unknown {
    const received = this.#guest.receiveRights(fd, count, names.length, flags);
    if (typeof received === "string") return received;
    for (const [index, number] of received.fds.entries()) {
      const family = this.#guest.option(number, SOL_SOCKET, 39);
      this.#add(names[index] ?? "", number, family);
    }
    return [received.text, received.fds.length, received.areCut];
  }

  #number(outcome: string): Value {
    return outcome === "ok" ? this.#guest.result : outcome;
  }

  #address(family: number, host: Value, port: Value): Uint8Array {
    if (family === AF_UNIX) return unix(String(host).replace(/^@/, "\0"));
    const number = typeof port === "string" ? (this.#ports.get(port) ?? 0) : port;
    return family === AF_INET ? inet(String(host), number) : inet6(String(host), number);
  }

  #shown(address: SocketAddress): string {
    if (address.family === AF_UNIX) return describeAddress(address).replace(/^@.*/, "@");
    const name = [...this.#ports].find(([, port]) => port === address.port)?.[0];
    const isMapped = address.family !== AF_INET && !address.address.includes(":");
    const host = isMapped ? `::ffff:${address.address}` : address.address;
    return `${host}:${name ?? (address.port === 0 ? "0" : "port")}`;
  }
}

function wordsOf(names: Value): string[] {
  return String(names).split(" ").filter(Boolean);
}

function bytesOf(value: Value): Uint8Array {
  return typeof value === "number" ? new Uint8Array(value).fill(120) : utf8(value);
}

const listening: Step[] = [
  ["socket", "l", "inet", "stream"],
  ["bind", "l", "127.0.0.1", "P"],
  ["listen", "l", 8],
];
const connected: Step[] = [
  ...listening,
  ["socket", "c", "inet", "stream"],
  ["connect", "c", "127.0.0.1", "P"],
  ["accept", "l", "s"],
];
const udp: Step[] = [
  ["socket", "a", "inet", "dgram"],
  ["socket", "b", "inet", "dgram"],
  ["bind", "a", "127.0.0.1", "A"],
  ["bind", "b", "127.0.0.1", "B"],
];
const unixListening: Step[] = [
  ["socket", "l", "unix", "stream"],
  ["bind", "l", "sock"],
  ["listen", "l", 4],
];
const afterwards = (name: string): Step[] => [
  ["poll", name],
  ["recv", name, 10],
  ["poll", name],
  ["recv", name, 10],
  ["send", name, "x", NOSIGNAL],
  ["send", name, "y", NOSIGNAL],
  ["poll", name],
  ["recv", name, 10],
  ["getopt", name, SOL_SOCKET, ERROR],
  ["peer", name],
];

const carried: Step[] = [
  ["pair", "a", "b", "stream"],
  ["pair", "p", "q", "stream"],
];

const cases: Record<string, readonly Step[]> = {
  "a descriptor goes with a message, and is another name of the same socket": [
    ...carried,
    ["sendfds", "a", "take it", "p"],
    ["close", "p"],
    ["poll", "b"],
    ["recvfds", "b", 20, "r"],
    ["send", "r", "hello"],
    ["recv", "q", 10],
    ["close", "r"],
    ["recv", "q", 10],
  ],
  "descriptors in a stream: a read ends behind the bytes that they came with": [
    ...carried,
    ["send", "a", "before "],
    ["sendfds", "a", "with", "p"],
    ["send", "a", " after"],
    ["sendfds", "a", " more", "q p"],
    ["recvfds", "b", 3, "r"],
    ["recvfds", "b", 6, "r"],
    ["recvfds", "b", 100, "s"],
    ["recvfds", "b", 100, "t u"],
    ["recvfds", "b", 100, "v w"],
  ],
  "descriptors in a stream: MSG_PEEK, MSG_WAITALL, no room for them": [
    ...carried,
    ["sendfds", "a", "abc", "p"],
    ["recvfds", "b", 2, "r", PEEK],
    ["recvfds", "b", 2, "s", PEEK],
    ["recvfds", "b", 2, "t"],
    ["recvfds", "b", 2, "u"],
    ["sendfds", "a", "abc", "p q"],
    ["sendfds", "a", "def", "p q"],
    ["recvfds", "b", 6, "v w", WAITALL],
    ["recvfds", "b", 6, ""],
    ["sendfds", "a", "", "p"],
    ["sendfds", "a", "ghi", "p"],
    ["recv", "b", 10],
  ],
  "a descriptor that nobody receives is closed": [
    ...carried,
    ["sendfds", "a", "lost", "p"],
    ["close", "p"],
    ["poll", "q"],
    ["recv", "b", 10],
    ["poll", "q"],
    ["pair", "r", "s", "stream"],
    ["sendfds", "a", "lost", "r"],
    ["close", "r"],
    ["close", "b"],
    ["poll", "s"],
    ["sendfds", "a", "x", "s", NOSIGNAL],
    ["sendfds", "a", "x", "s", NOSIGNAL],
  ],
  "descriptors with datagrams": [
    ["pair", "a", "b", "dgram"],
    ["pair", "c", "d", "seqpacket"],
    ["pair", "p", "q", "stream"],
    ["sendfds", "a", "one", "p q"],
    ["sendfds", "a", "", "p"],
    ["recvfds", "b", 2, "r s"],
    ["recvfds", "b", 9, "t"],
    ["sendfds", "c", "two", "p"],
    ["recvfds", "d", 9, "u", PEEK],
    ["recvfds", "d", 9, "v"],
    ["sendfds", "c", "three", "p"],
    ["close", "p"],
    ["recv", "d", 9],
    ["send", "v", "x"],
    ["recv", "q", 9],
  ],
  "sockets of the internet leave descriptors out": [
    ...connected,
    ["pair", "p", "q", "stream"],
    ["sendfds", "c", "tcp", "p"],
    ["recvfds", "s", 9, "r"],
  ],
  "a connection: names, data both ways, poll": [
    ...connected,
    ["name", "l"],
    ["name", "s"],
    ["peer", "c"],
    ["poll", "c"],
    ["poll", "s"],
    ["poll", "l"],
    ["send", "c", "hello"],
    ["poll", "s"],
    ["recv", "s", 3, PEEK],
    ["recv", "s", 3],
    ["recv", "s", 10],
    ["recv", "s", 10],
    ["send", "s", "back"],
    ["recv", "c", 10],
    ["accept", "l", "none"],
    ["connect", "c", "127.0.0.1", "P"],
    ["listen", "c", 1],
    ["bind", "c", "127.0.0.1", 0],
  ],
  "sockets that are not connected": [
    ["socket", "a", "inet", "stream"],
    ["poll", "a"],
    ["name", "a"],
    ["peer", "a"],
    ["recv", "a", 1],
    ["send", "a", "x", NOSIGNAL],
    ["accept", "a", "b"],
    ["shutdown", "a", WR],
    ["listen", "a", 1],
    ["getopt", "a", SOL_SOCKET, ACCEPTCONN],
    ["poll", "a"],
    ["recv", "a", 1],
    ["send", "a", "x", NOSIGNAL],
    ["connect", "a", "127.0.0.1", 1],
  ],
  "nobody listens": [
    ...listening,
    ["close", "l"],
    ["socket", "c", "inet", "stream"],
    ["connect", "c", "127.0.0.1", "P"],
    ["poll", "c"],
    ["getopt", "c", SOL_SOCKET, ERROR],
    ["connect", "c", "127.0.0.1", "P"],
  ],
  "a non-blocking connect": [
    ...listening,
    ["socket", "c", "inet", "stream"],
    ["nonblock", "c"],
    ["connect", "c", "127.0.0.1", "P"],
    ["poll", "c"],
    ["getopt", "c", SOL_SOCKET, ERROR],
    ["connect", "c", "127.0.0.1", "P"],
    ["connect", "c", "127.0.0.1", "P"],
    ["accept", "l", "s"],
  ],
  "a non-blocking connect that is refused": [
    ...listening,
    ["close", "l"],
    ["socket", "c", "inet", "stream"],
    ["nonblock", "c"],
    ["connect", "c", "127.0.0.1", "P"],
    ["poll", "c"],
    ["getopt", "c", SOL_SOCKET, ERROR],
    ["getopt", "c", SOL_SOCKET, ERROR],
    ["poll", "c"],
  ],
  "half-close": [
    ...connected,
    ["send", "c", "last"],
    ["shutdown", "c", WR],
    ["send", "c", "x", NOSIGNAL],
    ["poll", "c"],
    ["poll", "s"],
    ["recv", "s", 10],
    ["recv", "s", 10],
    ["send", "s", "answer"],
    ["recv", "c", 10],
    ["shutdown", "s", WR],
    ["recv", "c", 10],
    ["poll", "c"],
    ["poll", "s"],
    ["peer", "c"],
    ["peer", "s"],
    ["shutdown", "c", RD],
  ],
  "shutting the reading side": [
    ...connected,
    ["shutdown", "s", RD],
    ["recv", "s", 10],
    ["poll", "s"],
    ["send", "c", "still"],
    ["recv", "s", 10],
    ["poll", "c"],
  ],
  "shutting both sides, and data that comes then": [
    ...connected,
    ["shutdown", "s", RDWR],
    ["poll", "s"],
    ["poll", "c"],
    ["recv", "c", 1],
    ["send", "c", "x"],
    ...afterwards("c"),
  ],
  "shutdown of what is none": [...connected, ["shutdown", "c", 3], ["shutdown", "c", -1]],
  "the other end closes": [...connected, ["close", "s"], ...afterwards("c")],
  "the other end closes and leaves data": [
    ...connected,
    ["send", "s", "left"],
    ["close", "s"],
    ...afterwards("c"),
  ],
  "the other end closes with unread data": [
    ...connected,
    ["send", "c", "unread"],
    ["close", "s"],
    ...afterwards("c"),
  ],
  "the other end closes with unread data, and data is on its way": [
    ...connected,
    ["send", "s", "on its way"],
    ["send", "c", "unread"],
    ["close", "s"],
    ["recv", "c", 20],
    ...afterwards("c"),
  ],
  "linger 0 resets": [...connected, ["linger", "s", 1, 0], ["close", "s"], ...afterwards("c")],
  "linger 0 after a half-close": [
    ...connected,
    ["shutdown", "s", WR],
    ["linger", "s", 1, 0],
    ["close", "s"],
    ...afterwards("c"),
  ],
  "closing a listener resets who waits": [
    ...listening,
    ["socket", "c", "inet", "stream"],
    ["connect", "c", "127.0.0.1", "P"],
    ["close", "l"],
    ...afterwards("c"),
  ],
  "shutting a listener down": [
    ...listening,
    ["shutdown", "l", WR],
    ["getopt", "l", SOL_SOCKET, ACCEPTCONN],
    ["shutdown", "l", RD],
    ["getopt", "l", SOL_SOCKET, ACCEPTCONN],
    ["accept", "l", "s"],
    ["listen", "l", 1],
    ["getopt", "l", SOL_SOCKET, ACCEPTCONN],
  ],
  "who has closed before it was accepted": [
    ...listening,
    ["socket", "c", "inet", "stream"],
    ["connect", "c", "127.0.0.1", "P"],
    ["send", "c", "bye"],
    ["close", "c"],
    ["accept", "l", "s"],
    ["recv", "s", 10],
    ["recv", "s", 10],
  ],
  "the port is taken": [
    ...listening,
    ["socket", "b", "inet", "stream"],
    ["bind", "b", "127.0.0.1", "P"],
    ["bind", "b", "127.0.0.2", "P"],
    ["socket", "w", "inet", "stream"],
    ["bind", "w", "0.0.0.0", "P"],
    ["socket", "r", "inet", "stream"],
    ["setopt", "r", SOL_SOCKET, REUSEADDR, 1],
    ["bind", "r", "127.0.0.1", "P"],
    ["socket", "u", "inet", "dgram"],
    ["bind", "u", "127.0.0.1", "P"],
  ],
  "SO_REUSEADDR shares a port among those who do not listen": [
    ["socket", "a", "inet", "stream"],
    ["setopt", "a", SOL_SOCKET, REUSEADDR, 1],
    ["bind", "a", "127.0.0.1", "P"],
    ["socket", "b", "inet", "stream"],
    ["bind", "b", "127.0.0.1", "P"],
    ["setopt", "b", SOL_SOCKET, REUSEADDR, 1],
    ["bind", "b", "127.0.0.1", "P"],
    ["listen", "a", 1],
    ["listen", "b", 1],
  ],
  "SO_REUSEPORT shares among those who listen": [
    ["socket", "a", "inet", "stream"],
    ["setopt", "a", SOL_SOCKET, REUSEPORT, 1],
    ["bind", "a", "127.0.0.1", "P"],
    ["listen", "a", 1],
    ["socket", "b", "inet", "stream"],
    ["bind", "b", "127.0.0.1", "P"],
    ["setopt", "b", SOL_SOCKET, REUSEPORT, 1],
    ["bind", "b", "127.0.0.1", "P"],
    ["listen", "b", 1],
  ],
  "an accepted connection holds the port": [
    ...connected,
    ["close", "l"],
    ["socket", "b", "inet", "stream"],
    ["bind", "b", "127.0.0.1", "P"],
    ["setopt", "b", SOL_SOCKET, REUSEADDR, 1],
    ["bind", "b", "127.0.0.1", "P"],
  ],
  "addresses that are not ours": [
    ["socket", "a", "inet", "stream"],
    ["bind", "a", "192.0.2.1", 0],
    ["bind", "a", "127.1.2.3", "P"],
    ["name", "a"],
    ["bind", "a", "127.1.2.3", 0],
    ["listen", "a", 2],
    ["socket", "c", "inet", "stream"],
    ["connect", "c", "127.1.2.3", "P"],
    ["peer", "c"],
    ["accept", "a", "s"],
    ["name", "s"],
  ],
  "the wildcard as destination is this machine": [
    ["socket", "l", "inet", "stream"],
    ["bind", "l", "0.0.0.0", "P"],
    ["listen", "l", 2],
    ["socket", "c", "inet", "stream"],
    ["connect", "c", "0.0.0.0", "P"],
    ["accept", "l", "s"],
    ["name", "s"],
  ],
  "kinds of sockets that there are not": [
    ["socket", "a", "inet", "seqpacket"],
    ["socket", "a", "unix", "seqpacket"],
    ["getopt", "a", SOL_SOCKET, TYPE],
  ],
  options: [
    ["socket", "a", "inet", "stream"],
    ["getopt", "a", SOL_SOCKET, TYPE],
    ["getopt", "a", SOL_SOCKET, REUSEADDR],
    ["setopt", "a", SOL_SOCKET, REUSEADDR, 5],
    ["getopt", "a", SOL_SOCKET, REUSEADDR],
    ["setopt", "a", SOL_SOCKET, KEEPALIVE, 1],
    ["getopt", "a", SOL_SOCKET, KEEPALIVE],
    ["setopt", "a", SOL_SOCKET, SNDBUF, 20_000],
    ["getopt", "a", SOL_SOCKET, SNDBUF],
    ["setopt", "a", SOL_SOCKET, RCVBUF, 30_000],
    ["getopt", "a", SOL_SOCKET, RCVBUF],
    ["getopt", "a", SOL_SOCKET, 999],
    ["setopt", "a", SOL_SOCKET, 999, 1],
    ["getopt", "a", 6, 1],
    ["setopt", "a", 6, 1, 1],
    ["getopt", "a", 6, 1],
    ["getopt", "a", 6, 999],
    ["getopt", "a", 41, 26],
    ["getopt", "a", SOL_SOCKET, ERROR],
  ],
  UDP: [
    ...udp,
    ["poll", "a"],
    ["recv", "a", 5],
    ["sendto", "a", "one", "127.0.0.1", "B"],
    ["sendto", "a", "second", "127.0.0.1", "B"],
    ["sendto", "a", "", "127.0.0.1", "B"],
    ["poll", "b"],
    ["recvfrom", "b", 10, PEEK],
    ["recvfrom", "b", 10],
    ["recvfrom", "b", 3],
    ["recvfrom", "b", 3],
    ["recvfrom", "b", 3],
    ["send", "a", "nobody"],
    ["peer", "a"],
    ["listen", "a", 1],
    ["accept", "a", "c"],
    ["shutdown", "a", WR],
  ],
  "connected UDP": [
    ...udp,
    ["connect", "a", "127.0.0.1", "B"],
    ["peer", "a"],
    ["send", "a", "to b"],
    ["recvfrom", "b", 10],
    ["sendto", "b", "back", "127.0.0.1", "A"],
    ["recvfrom", "a", 10],
    ["socket", "c", "inet", "dgram"],
    ["sendto", "c", "stranger", "127.0.0.1", "A"],
    ["recvfrom", "a", 10],
    ["shutdown", "a", WR],
    ["send", "a", "x", NOSIGNAL],
    ["disconnect", "a"],
    ["peer", "a"],
  ],
  "UDP to a port where nobody is": [
    ...udp,
    ["close", "b"],
    ["sendto", "a", "lost", "127.0.0.1", "B"],
    ["sendto", "a", "lost", "127.0.0.1", "B"],
    ["connect", "a", "127.0.0.1", "B"],
    ["send", "a", "x"],
    ["poll", "a"],
    ["send", "a", "y"],
    ["send", "a", "z"],
    ["recv", "a", 1],
    ["recv", "a", 1],
    ["send", "a", "z"],
    ["getopt", "a", SOL_SOCKET, ERROR],
  ],
  "UDP sizes": [
    ...udp,
    ["sendto", "a", 65_507, "127.0.0.1", "B"],
    ["sendto", "a", 65_508, "127.0.0.1", "B"],
    ["sendto", "a", 1, "127.0.0.1", 0],
  ],
  "UDP ports": [
    ...udp,
    ["socket", "c", "inet", "dgram"],
    ["bind", "c", "127.0.0.1", "A"],
    ["setopt", "c", SOL_SOCKET, REUSEADDR, 1],
    ["bind", "c", "127.0.0.1", "A"],
    ["setopt", "a", SOL_SOCKET, REUSEADDR, 1],
    ["bind", "c", "127.0.0.1", "A"],
  ],
  "a socketpair": [
    ["pair", "a", "b", "stream"],
    ["name", "a"],
    ["peer", "a"],
    ["poll", "a"],
    ["send", "a", "hello"],
    ["recv", "b", 10],
    ["recv", "b", 10],
    ["shutdown", "a", WR],
    ["poll", "a"],
    ["poll", "b"],
    ["recv", "b", 1],
    ["send", "a", "x", NOSIGNAL],
    ["send", "b", "back"],
    ["recv", "a", 10],
    ["shutdown", "a", RD],
    ["send", "b", "x", NOSIGNAL],
    ["poll", "a"],
    ["poll", "b"],
  ],
  "a socketpair's other end closes": [
    ["pair", "a", "b", "stream"],
    ["send", "b", "left"],
    ["close", "b"],
    ...afterwards("a"),
  ],
  "a socketpair's other end closes with unread data": [
    ["pair", "a", "b", "stream"],
    ["send", "a", "unread"],
    ["close", "b"],
    ...afterwards("a"),
  ],
  "pairs of datagrams": [
    ["pair", "a", "b", "dgram"],
    ["send", "a", "one"],
    ["send", "a", "second"],
    ["recv", "b", 2],
    ["recvfrom", "b", 10],
    ["recv", "b", 2],
    ["poll", "a"],
    ["close", "b"],
    ["send", "a", "x"],
    ["recv", "a", 1],
  ],
  "pairs of packets": [
    ["pair", "a", "b", "seqpacket"],
    ["send", "a", "one"],
    ["send", "a", "second"],
    ["recv", "b", 2],
    ["recv", "b", 10],
    ["recv", "b", 2],
    ["close", "b"],
    ["poll", "a"],
    ["send", "a", "x", NOSIGNAL],
    ["recv", "a", 1],
  ],
  "unix names": [
    ...unixListening,
    ["name", "l"],
    ["socket", "c", "unix", "stream"],
    ["poll", "c"],
    ["peer", "c"],
    ["send", "c", "x", NOSIGNAL],
    ["recv", "c", 1],
    ["connect", "c", "missing"],
    ["touch", "file"],
    ["connect", "c", "file"],
    ["connect", "c", "sock"],
    ["name", "c"],
    ["peer", "c"],
    ["accept", "l", "s"],
    ["name", "s"],
    ["send", "c", "hello"],
    ["recv", "s", 10],
    ["connect", "c", "sock"],
    ["socket", "b", "unix", "stream"],
    ["bind", "b", "sock"],
    ["bind", "b", "file"],
    ["bind", "b", "missing/sock"],
    ["listen", "b", 1],
    ["socket", "d", "unix", "dgram"],
    ["connect", "d", "sock"],
  ],
  "unlinking a socket's file leaves the listener": [
    ...unixListening,
    ["rename", "sock", "moved"],
    ["socket", "c", "unix", "stream"],
    ["connect", "c", "moved"],
    ["accept", "l", "s"],
    ["unlink", "moved"],
    ["socket", "e", "unix", "stream"],
    ["connect", "e", "moved"],
    ["socket", "b", "unix", "stream"],
    ["bind", "b", "sock"],
    ["close", "b"],
    ["connect", "e", "sock"],
    ["send", "s", "still"],
    ["recv", "c", 10],
  ],
  "abstract names": [
    ["socket", "l", "unix", "stream"],
    ["bind", "l", "@name"],
    ["listen", "l", 1],
    ["socket", "c", "unix", "stream"],
    ["connect", "c", "@other"],
    ["connect", "c", "@name"],
    ["accept", "l", "s"],
    ["close", "l"],
    ["socket", "m", "unix", "stream"],
    ["bind", "m", "@name"],
  ],
  "unix datagrams": [
    ["socket", "a", "unix", "dgram"],
    ["socket", "b", "unix", "dgram"],
    ["bind", "b", "b.sock"],
    ["send", "a", "x"],
    ["sendto", "a", "one", "b.sock"],
    ["recvfrom", "b", 10],
    ["bind", "a", "a.sock"],
    ["connect", "a", "b.sock"],
    ["peer", "a"],
    ["send", "a", "two"],
    ["recvfrom", "b", 2],
    ["recv", "b", 10],
    ["sendto", "b", "back", "a.sock"],
    ["recv", "a", 10],
    ["close", "b"],
    ["send", "a", "x"],
    ["sendto", "a", "x", "b.sock"],
    ["sendto", "a", "x", "missing"],
  ],
  "IPv6, and IPv4 through it": [
    ["socket", "l", "inet6", "stream"],
    ["bind", "l", "::", "P"],
    ["listen", "l", 4],
    ["name", "l"],
    ["socket", "c", "inet6", "stream"],
    ["connect", "c", "::1", "P"],
    ["accept", "l", "s"],
    ["name", "s"],
    ["peer", "c"],
    ["socket", "d", "inet", "stream"],
    ["connect", "d", "127.0.0.1", "P"],
    ["accept", "l", "t"],
    ["name", "t"],
    ["socket", "b", "inet", "stream"],
    ["bind", "b", "0.0.0.0", "P"],
    ["socket", "v", "inet6", "stream"],
    ["setopt", "v", 41, 26, 1],
    ["bind", "v", "::", "Q"],
    ["listen", "v", 1],
    ["bind", "b", "0.0.0.0", "Q"],
    ["listen", "b", 1],
  ],
  "IPv4 mapped": [
    ...listening,
    ["socket", "c", "inet6", "stream"],
    ["connect", "c", "::ffff:127.0.0.1", "P"],
    ["peer", "c"],
    ["accept", "l", "s"],
    ["send", "c", "x"],
    ["recv", "s", 1],
  ],
};

test.skipIf(!isLinuxWithPython)(
  "sockets do as on this machine's Linux",
  { timeout: 60_000 },
  () => {
    const names = Object.keys(cases);
    const theirs = onLinux(Object.values(cases));
    const different: string[] = [];
    for (const [index, name] of names.entries()) {
      const here = new Here();
      for (const [at, step] of (cases[name] ?? []).entries()) {
        const linux = JSON.stringify(theirs[index]?.[at]);
        const ours = JSON.stringify(here.run(step));
        if (linux !== ours) {
          different.push(`${name}, step ${at} ${step.join(" ")}: Linux ${linux}, here ${ours}`);
        }
      }
    }
    expect(different).toEqual([]);
  },
);

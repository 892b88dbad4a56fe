// Sockets in an event loop: what Node's net and dgram sit on.

import { expect, test } from "vitest";
import { type Completion, LoopClient } from "../../src/bridge/guest/loop-client.js";
import { loopOperation } from "../../src/bridge/loop-layout.js";
import { POLLIN } from "../../src/kernel/constants.js";
import { describeAddress, parseSocketAddress } from "../../src/kernel/socket-address.js";
import { AF_INET } from "../../src/kernel/socket-constants.js";
import { connectTo, networkScene, until } from "../kernel/network-scene.js";
import { inet, messageIn, SocketGuest } from "../kernel/socket-guest.js";
import { bootTables, textOf, utf8 } from "../kernel/tables.js";

const NONBLOCK = 0o4000;

function scene() {
  const tables = bootTables();
  const guest = new SocketGuest(tables);
  const peer = new SocketGuest(tables);
  return { tables, guest, peer, loop: new LoopClient(guest) };
}

function addressIn({ data }: Completion): string {
  const address = parseSocketAddress(data ?? new Uint8Array());
  return "code" in address ? address.code : describeAddress(address);
}

test("accept: each connection with its caller, again and again", () => {
  const { guest, peer, loop } = scene();
  const { fd, port } = guest.listener();
  const id = loop.armAccept(fd, NONBLOCK, true);
  expect(loop.wait(0)).toEqual([]);
  const callers = [1, 2].map(() => {
    const client = peer.socket(AF_INET, 1);
    peer.do("connect", { fd: client, address: inet("127.0.0.1", port) });
    return `127.0.0.1:${peer.portOf(client)}`;
  });
  const completions = [...loop.wait(0), ...loop.wait(0)];
  expect(completions.map(addressIn)).toEqual(callers);
  for (const completion of completions) {
    expect(completion).toMatchObject({ id, operation: loopOperation.accept, isArmed: true });
    guest.do("get_status", { fd: completion.result });
    expect(guest.secondResult & NONBLOCK).toBe(NONBLOCK);
  }
  loop.cancel(id);
  expect(loop.wait(0)).toEqual([]);
});

test("accept without a free descriptor fails, and the connection waits on", () => {
  const tables = bootTables({ descriptors: 2 });
  const [guest, peer] = [new SocketGuest(tables), new SocketGuest(tables)];
  const loop = new LoopClient(guest);
  const { fd, port } = guest.listener();
  const other = guest.socket(AF_INET, 1);
  peer.do("connect", { fd: peer.socket(AF_INET, 1), address: inet("127.0.0.1", port) });
  loop.armAccept(fd, 0, true);
  expect(loop.wait(0)).toMatchObject([{ result: -24, isArmed: false }]);
  guest.do("close", { fd: other });
  loop.armAccept(fd, 0, true);
  expect(loop.wait(0)).toMatchObject([{ result: other }]);
});

test("reads of a non-blocking socket wait for bytes, and end with the connection", () => {
  const { guest, loop } = scene();
  const { client, server } = guest.connected();
  guest.do("set_status", { fd: server, flags: NONBLOCK });
  loop.armRead(server, 1000, true);
  expect(loop.wait(0)).toEqual([]);
  guest.do("write", { fd: client, data: utf8("hello") });
  const [read] = loop.wait(0);
  expect(textOf(read?.data ?? new Uint8Array())).toBe("hello");
  expect(loop.wait(0)).toEqual([]);
  guest.do("close", { fd: client });
  expect(loop.wait(0)).toMatchObject([{ result: 0, isArmed: false }]);
});

test("receive: messages with their senders, empty ones too", () => {
  const { guest, peer, loop } = scene();
  const fd = guest.socket(AF_INET, 2 | NONBLOCK);
  guest.do("bind", { fd, address: inet("127.0.0.1", 0) });
  const address = inet("127.0.0.1", guest.portOf(fd));
  const sender = peer.socket(AF_INET, 2);
  loop.armReceive(fd, 132 + 4, true);
  for (const text of ["one", "", "longer"]) {
    peer.do("send_to", { fd: sender, flags: 0, address, data: utf8(text) });
  }
  const completions = [loop.wait(0), loop.wait(0), loop.wait(0)].flat();
  const messages = completions.map(({ data }) => messageIn(data ?? new Uint8Array()));
  expect(messages.map(({ data, full }) => [textOf(data), full])).toEqual([
    ["one", 3],
    ["", 0],
    ["long", 6],
  ]);
  expect(completions.map(({ result, isArmed }) => [result, isArmed])).toEqual([
    [3, true],
    [0, true],
    [6, true],
  ]);
  expect(messages[0]?.from).toMatchObject({ address: "127.0.0.1", port: peer.portOf(sender) });
});

test("connect: made or refused, inside and outside", async () => {
  const { guest, network } = networkScene();
  network.serve("93.184.216.34", 80, () => {});
  const loop = new LoopClient(guest);
  const results: number[] = [];
  for (const port of [80, 81]) {
    const fd = guest.socket(AF_INET, 1 | NONBLOCK);
    expect(guest.try("connect", { fd, address: inet("93.184.216.34", port) })).toBe("EINPROGRESS");
    loop.armConnect(fd);
    const made = results.length + 1;
    await until(() => {
      results.push(...loop.wait(0).map(({ result }) => result));
      return results.length === made;
    });
  }
  expect(results).toEqual([0, -111]);
  const fd = guest.socket(AF_INET, 1 | NONBLOCK);
  guest.try("connect", { fd, address: inet("127.0.0.1", 9) });
  loop.armConnect(fd);
  expect(loop.wait(0)).toMatchObject([{ result: -111, isArmed: false }]);
  expect(typeof (await connectTo(guest, "93.184.216.34", 80))).toBe("number");
});

test("what is no socket is refused at once", () => {
  const { guest, loop } = scene();
  guest.do("pipe", { flags: 0 });
  loop.armAccept(guest.result, 0, false);
  loop.armReceive(guest.result, 1000, false);
  expect(loop.wait(0).map(({ result }) => result)).toEqual([-88, -88]);
  const fd = guest.socket(AF_INET, 2);
  loop.armReceive(fd, 100, false);
  loop.armPoll(fd, POLLIN, false);
  expect(loop.wait(0).map(({ result }) => result)).toEqual([-22]);
});

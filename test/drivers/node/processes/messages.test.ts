// Structured clones, message ports and broadcast channels: the same program here and on the host's Node.

import { describe, test } from "vitest";
import { expectAsHost } from "./beside-host.js";

const PRELUDE = `const { MessageChannel, BroadcastChannel, receiveMessageOnPort, markAsUntransferable } = require('worker_threads');
const tell = (name, run) => { try { console.log(name, run()); } catch (error) { console.log(name, error.name, error.code, error.message); } };
`;

const programs: Record<string, string> = {
  "values of every kind": `
    const cyclic = { list: [] }; cyclic.self = cyclic; cyclic.list.push(cyclic);
    for (const value of [1, -0, NaN, 5n, 'text', null, undefined, true, new Date(7), /x/gi, new Map([[{ a: 1 }, new Set([1])]]),
      new Uint16Array([1, 2]), new DataView(new ArrayBuffer(3), 1), [1, , 3], Object(1), new RangeError('r', { cause: 1 }).message, cyclic])
      tell('clone', () => structuredClone(value));
    const error = structuredClone(new TypeError('t')); console.log(error instanceof TypeError, error.message);
    const shared = {}; const [a, b] = structuredClone([shared, shared]); console.log(a === b);`,
  "what can't be cloned": `
    for (const value of [() => {}, Symbol('s'), new WeakMap(), Promise.resolve(), new Proxy({}, {}), { f() {} }, class {}])
      tell('clone', () => structuredClone(value));
    tell('getter', () => structuredClone({ get x() { throw new RangeError('mine'); } }));
    tell('nothing', () => structuredClone());`,
  "transferred buffers": `
    const buffer = new ArrayBuffer(8); new Uint8Array(buffer)[3] = 7;
    const moved = structuredClone({ buffer }, { transfer: [buffer] }); console.log(buffer.byteLength, new Uint8Array(moved.buffer));
    tell('detached', () => structuredClone(buffer, { transfer: [buffer] }));
    const twice = new ArrayBuffer(1); tell('twice', () => structuredClone(twice, { transfer: [twice, twice] }));
    tell('others', () => structuredClone(1, { transfer: [{}] }));
    const kept = new ArrayBuffer(4); markAsUntransferable(kept);
    const { port1, port2 } = new MessageChannel(); tell('kept', () => port1.postMessage(kept, [kept])); console.log(kept.byteLength); port2.close();`,
  "ports in ports": `
    const outer = new MessageChannel(); const inner = new MessageChannel();
    outer.port1.on('message', ({ port }) => { port.postMessage('through'); port.close(); outer.port1.close(); });
    inner.port2.on('message', (message) => console.log(message)); inner.port2.on('close', () => console.log('inner closed'));
    tell('not listed', () => outer.port2.postMessage({ port: inner.port1 }));
    outer.port2.postMessage({ port: inner.port1 }, [inner.port1]);
    tell('sent already', () => outer.port2.postMessage(inner.port1, [inner.port1]));
    tell('itself', () => outer.port2.postMessage(1, [outer.port2]));`,
  "receiveMessageOnPort and the order of messages": `
    const { port1, port2 } = new MessageChannel(); port1.postMessage(1); port1.postMessage({ two: 2 });
    console.log(receiveMessageOnPort(port2), receiveMessageOnPort(port2), receiveMessageOnPort(port2));
    tell('no port', () => receiveMessageOnPort({}));
    port2.on('message', (message) => { console.log('event', message); if (message === 4) port2.close(() => console.log('closed')); });
    port1.postMessage(3); port1.postMessage(4); console.log('posted');`,
  "a port that nobody listens to keeps nothing alive": `
    const { port1, port2 } = new MessageChannel(); console.log(port1.hasRef(), port2.hasRef());
    port2.on('message', () => {}); console.log(port2.hasRef()); port2.unref();`,
  "arguments of postMessage": `
    const { port1 } = new MessageChannel();
    tell('none', () => port1.postMessage()); tell('number', () => port1.postMessage(1, 5)); tell('transfer', () => port1.postMessage(1, { transfer: 5 }));
    const Port = port1.constructor; tell('new', () => new Port()); tell('call', () => MessageChannel()); port1.close();`,
  "broadcast channels": `
    const [one, two, other] = [new BroadcastChannel('a'), new BroadcastChannel('a'), new BroadcastChannel('b')];
    other.onmessage = () => console.log('never'); two.onmessage = ({ data }) => { console.log('two', data); for (const c of [one, two, other]) c.close(); };
    one.onmessage = () => console.log('never'); one.postMessage({ hello: 1 });
    tell('function', () => one.postMessage(() => {}));`,
  "shared memory in a clone is the same memory": `
    const shared = new Int32Array(new SharedArrayBuffer(8)); const { port1, port2 } = new MessageChannel();
    port1.postMessage(shared); const { message } = receiveMessageOnPort(port2); message[1] = 9; console.log(shared); port1.close();`,
  "a compiled module": `
    const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
    console.log(structuredClone(new WebAssembly.Module(bytes)) instanceof WebAssembly.Module);`,
};

describe("as on the host", () => {
  test.for(Object.entries(programs))("%s", async ([, program]) => {
    await expectAsHost(PRELUDE + program);
  });
});

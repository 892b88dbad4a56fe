// What the tests themselves use of Node and a browser does not have. The kernel uses none of it.
import { Buffer } from "buffer";

const waiting: (() => void)[] = [];
const channel = new MessageChannel();
// The types here are those of Node.
Object.assign(channel.port1, { onmessage: () => waiting.shift()?.() });

Object.assign(globalThis, {
  Buffer,
  process: { env: {} },
  setImmediate: (callback: () => void) => {
    waiting.push(callback);
    channel.port2.postMessage(null);
  },
});

/** The keeper's thread (`dist/node-keeper.js`) in a guest host process: made when a guest makes its first worker. */
import { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { ThreadRelay } from "./thread-relay.host.js";
import { type ThreadGroup, WorkerKeeper } from "./worker-keeper.host.js";

export interface KeeperData {
  readonly group: ThreadGroup;
  /** The descriptor of the threads' connection to the kernel. */
  readonly fd: number;
  readonly bundle: string;
  readonly cacheFolder: string | null;
  readonly cacheKey: string;
}

export type KeeperMessage =
  | { readonly kind: "start"; readonly request: string }
  | { readonly kind: "stop"; readonly thread: number };

const { group, fd, bundle, ...caches } = workerData as KeeperData;
const socket = new Socket({ fd, readable: true, writable: true });
const relay = new ThreadRelay((frame) => socket.write(frame));
const keeper = new WorkerKeeper(relay, group, { bundle: new URL(bundle), ...caches });
socket.on("data", (bytes: Uint8Array) => relay.receive(bytes));
socket.on("error", () => {});

parentPort?.on("message", (message: KeeperMessage) => {
  // The main thread starts and stops its own workers; others' requests come from their isolates.
  if (message.kind === "start") keeper.start(message.request, 0);
  else keeper.stop(message.thread);
});

/**
 * The connection of a guest thread's other threads with the kernel, where the guest runs in a thread of the host application:
 * frames as in `bridge/thread-connection.ts`, over a message port.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { ThreadConnection } from "../../bridge/thread-connection.js";

export class ThreadFrames {
  /** For the guest's thread, which owns it then. */
  readonly port: MessagePort;
  readonly connection: ThreadConnection;
  readonly #port: MessagePort;
  #wereUsed = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port = port2;
    this.#port = port1;
    this.connection = new ThreadConnection(
      (bytes) => port1.postMessage(bytes.slice()),
      () => this.close(),
    );
    port1.on("message", (bytes: unknown) => {
      if (!(bytes instanceof Uint8Array)) return;
      this.#wereUsed = true;
      this.connection.receive(bytes);
    });
    // The guest's thread keeps the application alive while it works.
    port1.unref();
  }

  /** Whether a guest had other threads: what they left can't be told from the next guest's. */
  get wereUsed(): boolean {
    return this.#wereUsed;
  }

  close(): void {
    this.#port.close();
  }
}

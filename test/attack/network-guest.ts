// A program of a guest that attacks the network, in a runtime of its own, under the universal oracle.

import { createServer, type RequestListener } from "node:http";
import { type DeniedEvent, NodeRuntime, type NodeRuntimeCreateOptions } from "secure-exec";
import type { InMemoryNetwork } from "secure-exec/kernel";
import { GuestConnection } from "../../src/runtime/guest-connection.host.js";
import { underOracle } from "./universal-oracle.js";

export interface Attack {
  readonly rt: NodeRuntime;
  /** Runs a module of the guest's and answers the lines that it prints. */
  run(code: string, env?: Record<string, string>): Promise<string[]>;
  /** The denials so far. */
  readonly denied: readonly DeniedEvent[];
}

export function attackNetwork(
  options: NodeRuntimeCreateOptions,
  attack: (scene: Attack) => Promise<void>,
): Promise<void> {
  return underOracle(async (saw) => {
    const denied: DeniedEvent[] = [];
    const onEvent: NodeRuntimeCreateOptions["onEvent"] = (event) => {
      if (event.type === "denied") denied.push(event);
    };
    const rt = await NodeRuntime.create({ ...options, onEvent });
    const run = async (code: string, env: Record<string, string> = {}): Promise<string[]> => {
      const { stdout, stderr } = await rt.exec(attempts + code, { env });
      saw(stdout + stderr);
      if (stderr !== "") throw new Error(stderr);
      return stdout.trimEnd().split("\n");
    };
    try {
      await attack({ rt, run, denied });
    } finally {
      await rt.dispose();
    }
  });
}

/** What guests' programs begin with: `codeOf(promise)`, "ok" or the code of what it rejects with. */
const attempts = `
  const codeOf = (promise) => promise.then(() => "ok", (error) => error.cause?.code ?? error.cause?.message ?? error.code ?? error.message);
  const happens = (emitter, event) => new Promise((resolve, reject) => emitter.once("error", reject).once(event, resolve));
`;

/** Puts an HTTP server on a network in memory. */
export function serveHttp(
  network: InMemoryNetwork,
  address: string,
  port: number,
  listener: RequestListener,
): void {
  const server = createServer(listener);
  network.serve(address, port, (stream) => {
    server.emit(
      "connection",
      new GuestConnection(stream, true).on("error", () => {}),
    );
  });
}

/** What a worker of `isolation: "thread"` gets when it is made. Each message after it is a program to run. */
import type { GuestConnection } from "../../bridge/shared-memory-hub.js";

export interface WorkerData {
  readonly connection: GuestConnection;
}

/** What the driver says to a worker. A worker says nothing back but that it is loaded: its calls do. */
import type { ProgramStart } from "./guest/program.js";

/** A module the worker will be asked to run: it keeps it, and prepares an instance of the first. */
export interface ModuleMessage {
  readonly type: "module";
  readonly key: string;
  readonly module: WebAssembly.Module;
}

/** Runs a program to its end. */
export interface StartMessage {
  readonly type: "start";
  readonly moduleKey: string;
  /** The command's name, for the report of a trap. */
  readonly command: string;
  readonly start: ProgramStart;
}

export type WorkerMessage = ModuleMessage | StartMessage;

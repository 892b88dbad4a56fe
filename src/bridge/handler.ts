/** What a handler is: the type that ties each row of the table to the function that serves it. */
import type { Errno } from "../kernel/errno.js";
import type { KernelTables } from "../kernel/kernel-tables.js";
import type { Process } from "../kernel/process.js";
import type { Thread } from "../kernel/thread.js";
import type { Blocked } from "../kernel/wait.js";
import type { DecodedArguments } from "./decode.js";
import type { SyscallName, Syscalls } from "./syscalls.js";

/** Who calls: the channel's process and thread, never an argument. */
export interface Caller {
  readonly tables: KernelTables;
  readonly process: Process;
  /** Its main one when none is named. */
  readonly thread?: Thread;
}

interface ResultTypes {
  none: undefined;
  i32: number;
  i64: number;
  pair: readonly [number, number];
  bytes: Uint8Array;
  filled: number;
  never: undefined;
}

export type ResultOf<Name extends SyscallName> = ResultTypes[Syscalls[Name]["result"]];

/** Serves one row. Never throws. */
export type Handler<Name extends SyscallName> = (
  caller: Caller,
  args: DecodedArguments<Name>,
) => ResultOf<Name> | Errno | Blocked<ResultOf<Name>>;

export type Handlers = { readonly [Name in SyscallName]: Handler<Name> };

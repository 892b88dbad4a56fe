/**
 * The attributes of the `spawn` row: none, or 32 or 40 bytes, little-endian:
 *
 *   u32 flags (as Linux's POSIX_SPAWN_*: 2 group, 4 default signals, 8 signal mask, 0x80 session, 0x100 terminal;
 *       0x10000 user, 0x20000 group id)
 *   i32 group · u64 default signals · u64 signal mask · i32 descriptor of the terminal, else 0 · 4 bytes of zero
 *   i32 user id · i32 group id
 */
import { Errno, errno } from "../kernel/errno.js";
import type { Process } from "../kernel/process.js";
import { SignalSet } from "../kernel/signal-set.js";
import type { SpawnAttributes } from "../kernel/spawn-attributes.js";
import { terminalOf } from "../kernel/terminal-control.js";

const ATTRIBUTE_BYTES = 32;
const SETPGROUP = 0x02;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
const TCSETPGROUP = 0x100;
const SETUSER = 0x10000;
const SETGROUPID = 0x20000;
const IDS_BYTES = 8;
const KNOWN = SETPGROUP | SETSIGDEF | SETSIGMASK | SETSID | TCSETPGROUP | SETUSER | SETGROUPID;

export function parseAttributes(process: Process, bytes: Uint8Array): SpawnAttributes | Errno {
  if (bytes.length === 0) return {};
  const hasIds = bytes.length === ATTRIBUTE_BYTES + IDS_BYTES;
  if (bytes.length !== ATTRIBUTE_BYTES && !hasIds) return errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint32(0, true);
  if (flags & (SETUSER | SETGROUPID) && !hasIds) return errno.EINVAL;
  if (flags & ~KNOWN || view.getUint32(28, true) !== 0) return errno.EINVAL;
  const fd = view.getInt32(24, true);
  if (!(flags & TCSETPGROUP) && fd !== 0) return errno.EINVAL;
  const terminal = flags & TCSETPGROUP ? terminalOf(process, fd) : undefined;
  if (terminal instanceof Errno) return terminal;
  const signalsAt = (at: number) =>
    new SignalSet(view.getInt32(at, true), view.getInt32(at + 4, true));
  return {
    group: flags & SETPGROUP ? view.getInt32(4, true) : undefined,
    newSession: (flags & SETSID) !== 0,
    defaultSignals: flags & SETSIGDEF ? signalsAt(8) : undefined,
    blockedSignals: flags & SETSIGMASK ? signalsAt(16) : undefined,
    foregroundOf: terminal,
    userId: flags & SETUSER ? view.getInt32(ATTRIBUTE_BYTES, true) : undefined,
    groupId: flags & SETGROUPID ? view.getInt32(ATTRIBUTE_BYTES + 4, true) : undefined,
  };
}

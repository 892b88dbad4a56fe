/**
 * The attributes of the `spawn` row: none, or 32 bytes, little-endian:
 *
 *   u32 flags (as Linux's POSIX_SPAWN_*: 2 group, 4 default signals, 8 signal mask, 0x80 session)
 *   i32 group · u64 default signals · u64 signal mask · 8 bytes of zero
 */
import { type Errno, errno } from "../kernel/errno.js";
import { SignalSet } from "../kernel/signal-set.js";
import type { SpawnAttributes } from "../kernel/spawn-attributes.js";

const ATTRIBUTE_BYTES = 32;
const SETPGROUP = 0x02;
const SETSIGDEF = 0x04;
const SETSIGMASK = 0x08;
const SETSID = 0x80;
const KNOWN = SETPGROUP | SETSIGDEF | SETSIGMASK | SETSID;

export function parseAttributes(bytes: Uint8Array): SpawnAttributes | Errno {
  if (bytes.length === 0) return {};
  if (bytes.length !== ATTRIBUTE_BYTES) return errno.EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = view.getUint32(0, true);
  if (flags & ~KNOWN || view.getBigUint64(24, true) !== 0n) return errno.EINVAL;
  const signalsAt = (at: number) =>
    new SignalSet(view.getInt32(at, true), view.getInt32(at + 4, true));
  return {
    group: flags & SETPGROUP ? view.getInt32(4, true) : undefined,
    newSession: (flags & SETSID) !== 0,
    defaultSignals: flags & SETSIGDEF ? signalsAt(8) : undefined,
    blockedSignals: flags & SETSIGMASK ? signalsAt(16) : undefined,
  };
}

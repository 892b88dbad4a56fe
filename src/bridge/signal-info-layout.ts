/**
 * A signal that was taken, 40 bytes, little-endian, after Linux's siginfo_t:
 *
 *   i32 signal · i32 code · i32 pid · u32 uid · i32 status · 4 bytes of zero · u64 value ·
 *   u64 the mask to set when it has been handled
 */
import type { SignalInfo } from "../kernel/signal-info.js";
import type { SignalSet } from "../kernel/signal-set.js";

const SIGNAL_INFO_BYTES = 40;

export function encodeSignalInfo(info: SignalInfo, mask: SignalSet): Uint8Array {
  const bytes = new Uint8Array(SIGNAL_INFO_BYTES);
  const words = [info.signal, info.code, info.pid, info.uid, info.status, 0];
  const view = new DataView(bytes.buffer);
  for (const [index, word] of [...words, ...info.value, mask.low, mask.high].entries()) {
    view.setInt32(index * 4, word, true);
  }
  return bytes;
}

// The imports of `secure_exec` about processes, signals, timers, limits and users: where a WASM program
// finds what the kernel answers.

import { describe, expect, test } from "vitest";
import { Program } from "../../../src/drivers/wasmvm/guest/program.js";
import { secureExecFunctions } from "../../../src/drivers/wasmvm/guest/secure-exec-imports.js";
import { SIGALRM, SIGINT, SIGTERM, SIGUSR1 } from "../../../src/kernel/signals.js";
import { DirectGuest } from "../../bridge/direct-guest.js";
import { bootTables, start, utf8 } from "../../kernel/tables.js";

const [SUCCESS, CHILD, PERM] = [0, 12, 63];

function boot() {
  const tables = bootTables();
  const process = start(tables);
  const program = new Program(new DirectGuest(tables, process));
  const wasm = new WebAssembly.Memory({ initial: 1 });
  program.memory.attach(wasm);
  const view = new DataView(wasm.buffer);
  const put = (at: number, bytes: Uint8Array) => new Uint8Array(wasm.buffer).set(bytes, at);
  return { tables, process, view, put, imports: secureExecFunctions(program) };
}

const bit = (signal: number) => 1n << BigInt(signal - 1);

test("posix_spawn: a child in a session of its own", () => {
  const { tables, view, put, imports } = boot();
  put(0, utf8("idle"));
  put(16, utf8("idle\0"));
  view.setUint32(64, 0x80, true);
  expect(imports.posix_spawn(0, 4, 16, 5, 0, 0, 0, 0, 64, 32, 200)).toBe(SUCCESS);
  const pid = view.getUint32(200, true);
  expect(tables.processes.get(pid)).toMatchObject({ sid: pid, pgid: pid });
  expect(imports.getsid(pid, 204)).toBe(SUCCESS);
  expect(view.getUint32(204, true)).toBe(pid);
  expect(imports.setsid(204)).toBe(PERM);
});

describe("signals", () => {
  test("are caught, shown, taken with who sent them, and the mask is given back", () => {
    const { process, view, imports } = boot();
    expect(imports.signal_action(SIGUSR1, 2, 0, bit(SIGINT), 0)).toBe(SUCCESS);
    expect([view.getUint32(0, true), imports.has_signals()]).toEqual([0, 0]);
    imports.kill(process.pid, SIGUSR1);
    expect(imports.has_signals()).toBe(1);
    expect(imports.take_signal(100, 96)).toBe(SUCCESS);
    expect([96, 100, 104, 108].map((at) => view.getInt32(at, true))).toEqual([
      1,
      SIGUSR1,
      0,
      process.pid,
    ]);
    const mask = view.getBigUint64(132, true);
    expect(imports.signal_mask(2, mask, 200)).toBe(SUCCESS);
    expect(view.getBigUint64(200, true)).toBe(bit(SIGUSR1) | bit(SIGINT));
    expect(imports.take_signal(100, 96)).toBe(SUCCESS);
    expect(view.getUint32(96, true)).toBe(0);
    expect(imports.get_signal_action(SIGUSR1, 300)).toBe(SUCCESS);
    expect([view.getUint32(300, true), view.getBigUint64(308, true)]).toEqual([2, bit(SIGINT)]);
  });

  test("blocked ones are pending, and waited for", () => {
    const { process, view, imports } = boot();
    imports.signal_mask(0, bit(SIGTERM) | bit(40), 0);
    expect(imports.queue_signal(process.pid, 40, (5n << 32n) | 7n)).toBe(SUCCESS);
    imports.pending_signals(0);
    expect(view.getBigUint64(0, true)).toBe(bit(40));
    expect(imports.wait_signal(bit(40), 0n, 100)).toBe(SUCCESS);
    expect([view.getInt32(100, true), view.getBigUint64(124, true)]).toEqual([
      40,
      (5n << 32n) | 7n,
    ]);
    expect(imports.wait_signal(bit(40), 0n, 100)).not.toBe(SUCCESS);
  });

  test("suspend takes one that is pending", () => {
    const { process, view, imports } = boot();
    imports.signal_action(SIGUSR1, 2, 0, 0n, 0);
    imports.signal_mask(0, bit(SIGUSR1), 0);
    imports.kill(process.pid, SIGUSR1);
    expect(imports.suspend(0n, 100)).toBe(SUCCESS);
    expect(view.getInt32(100, true)).toBe(SIGUSR1);
  });
});

test("timers: set, left, overruns, deleted; sleep of nothing", () => {
  const { view, imports } = boot();
  imports.signal_action(SIGALRM, 1, 0, 0n, 0);
  expect(imports.create_timer(1, 0, 0n, 0)).toBe(SUCCESS);
  const timer = view.getUint32(0, true);
  expect(imports.set_timer(timer, 60_000_000n, 1_000_000n, 16)).toBe(SUCCESS);
  imports.get_timer(timer, 16);
  expect(view.getBigInt64(24, true)).toBe(1_000_000n);
  expect(view.getBigInt64(16, true)).toBeGreaterThan(59_000_000n);
  expect([imports.timer_overruns(timer, 40), view.getUint32(40, true)]).toEqual([SUCCESS, 0]);
  expect(imports.delete_timer(timer)).toBe(SUCCESS);
  expect(imports.delete_timer(timer)).not.toBe(SUCCESS);
  expect(imports.sleep(1, 0, 0n, 48)).toBe(SUCCESS);
  expect(view.getBigUint64(48, true)).toBe(0n);
});

test("limits, priorities and users", () => {
  const { view, put, imports } = boot();
  imports.get_limit(7, 0);
  expect([view.getBigInt64(0, true), view.getBigInt64(8, true)]).toEqual([256n, 256n]);
  expect(imports.set_limit(7, 10n, -1n)).toBe(PERM);
  expect(imports.set_limit(7, 10n, 20n)).toBe(SUCCESS);
  imports.set_priority(0, 0, 5);
  imports.get_priority(0, 0, 16);
  expect(view.getInt32(16, true)).toBe(5);
  put(64, new Uint8Array(Uint32Array.of(4, 20).buffer));
  expect(imports.set_groups(64, 8)).toBe(SUCCESS);
  expect(imports.get_groups(80, 8, 76)).toBe(SUCCESS);
  expect([view.getUint32(76, true), view.getUint32(84, true)]).toEqual([8, 20]);
  expect(imports.get_groups(80, 4, 76)).not.toBe(SUCCESS);
  expect(imports.set_group(3)).toBe(SUCCESS);
  expect(imports.set_group_ids(-1, 4, -1)).toBe(SUCCESS);
  expect(imports.set_user_ids(1, 2, 3)).toBe(SUCCESS);
  imports.get_ids(96);
  expect([96, 100, 104, 108, 112, 116].map((at) => view.getUint32(at, true))).toEqual([
    1, 2, 3, 3, 4, 3,
  ]);
  expect(imports.set_user(0)).toBe(PERM);
});

test("waitpid without children is CHILD", () => {
  expect(boot().imports.waitpid(-1, 0, 0, 4)).toBe(CHILD);
});

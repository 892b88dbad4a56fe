import { expect, test } from "vitest";
import {
  exitCodeOf,
  exitStatus,
  signalStatus,
  terminationSignal,
} from "../../src/kernel/wait-status.js";

test.each([
  ["exit(0)", exitStatus(0), 0, 0, 0],
  ["exit(1)", exitStatus(1), 0x100, 1, 0],
  ["exit(255)", exitStatus(255), 0xff00, 255, 0],
  ["exit(256): the low byte counts", exitStatus(256), 0, 0, 0],
  ["exit(-1)", exitStatus(-1), 0xff00, 255, 0],
  ["SIGTERM", signalStatus(15), 15, 143, 15],
  ["SIGKILL", signalStatus(9), 9, 137, 9],
  ["signal 64", signalStatus(64), 64, 192, 64],
  ["exit(143) is no signal", exitStatus(143), 0x8f00, 143, 0],
])("%s", (_, status, word, code, signal) => {
  expect(status).toBe(word);
  expect(exitCodeOf(status)).toBe(code);
  expect(terminationSignal(status)).toBe(signal);
});

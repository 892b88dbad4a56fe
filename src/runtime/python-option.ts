/** The option `python`: the driver of Python programs. */
import type { RuntimeDriver } from "../kernel/runtime-driver.js";
import { RuntimeNotYetError } from "../runtime-not-yet-error.js";

export function pythonDriver(): RuntimeDriver {
  throw new RuntimeNotYetError("NodeRuntime.create: python", "Python");
}

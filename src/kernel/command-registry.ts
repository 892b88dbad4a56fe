/** Which driver runs which command. The driver mounted last wins a name. */
import type { RuntimeDriver } from "./runtime-driver.js";

export class CommandRegistry {
  readonly #drivers = new Map<string, RuntimeDriver>();

  register(driver: RuntimeDriver): void {
    for (const command of driver.commands) this.#drivers.set(command, driver);
  }

  get(command: string): RuntimeDriver | undefined {
    return this.#drivers.get(command);
  }

  names(): Iterable<string> {
    return this.#drivers.keys();
  }

  /** Command name → driver name. */
  toMap(): Map<string, string> {
    return new Map([...this.#drivers].map(([command, driver]) => [command, driver.name]));
  }
}

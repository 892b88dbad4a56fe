/** Which driver runs which command and which format of files. The driver mounted last wins. */
import type { RuntimeDriver } from "./runtime-driver.js";

export class CommandRegistry {
  readonly #drivers = new Map<string, RuntimeDriver>();
  readonly #formats: { readonly beginning: readonly number[]; readonly driver: RuntimeDriver }[] =
    [];

  register(driver: RuntimeDriver): void {
    for (const command of driver.commands) this.#drivers.set(command, driver);
    for (const beginning of driver.formats ?? []) this.#formats.unshift({ beginning, driver });
  }

  /** The driver of files that begin like `head`. */
  forFile(head: Uint8Array): RuntimeDriver | undefined {
    return this.#formats.find(({ beginning }) =>
      beginning.every((byte, index) => head[index] === byte),
    )?.driver;
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

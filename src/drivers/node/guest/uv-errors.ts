/** Errors in libuv's terms: numbers below 0, names and texts, and the exceptions made of them. */
import type { GuestConfiguration } from "./host-hooks.js";

export interface UvFailure {
  readonly errno: number;
  readonly syscall: string;
  readonly path?: string | undefined;
  readonly dest?: string | undefined;
}

export class UvErrors {
  readonly #configuration: Pick<GuestConfiguration, "uvErrors">;
  #map: ReadonlyMap<number, readonly [string, string]> | undefined;

  constructor(configuration: Pick<GuestConfiguration, "uvErrors">) {
    this.#configuration = configuration;
  }

  get map(): ReadonlyMap<number, readonly [string, string]> {
    this.#map ??= new Map(this.#configuration.uvErrors);
    return this.#map;
  }

  name(number: number): string {
    return this.map.get(number)?.[0] ?? `Unknown system error ${number}`;
  }

  text(number: number): string {
    return this.map.get(number)?.[1] ?? `Unknown system error ${number}`;
  }

  /** As node::UVException makes it. */
  exception(failure: UvFailure): Error {
    const { errno, syscall, path, dest } = failure;
    const code = this.name(errno);
    let message = `${code}: ${this.text(errno)}, ${syscall}`;
    if (path !== undefined) message += ` '${path}'`;
    if (dest !== undefined) message += ` -> '${dest}'`;
    const error = new Error(message) as Error & Record<string, unknown>;
    error.errno = errno;
    error.code = code;
    error.syscall = syscall;
    if (path !== undefined) error.path = path;
    if (dest !== undefined) error.dest = dest;
    return error;
  }
}

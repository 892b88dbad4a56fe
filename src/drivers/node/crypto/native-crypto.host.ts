/** The container's own `crypto` binding, for what its public functions do not have. It trusts its arguments. */
import { createRequire } from "node:module";

type JobClass = new (
  mode: number,
  ...args: unknown[]
) => { run(): readonly [Error | undefined, ArrayBuffer] };

export interface NativeCrypto {
  /** From Node 26 on. */
  readonly getPqcKeyTypes?: () => string[];
  readonly kCryptoJobSync: number;
  readonly kSignJobModeSign: number;
  readonly kKeyTypeSecret: number;
  readonly CShakeJob: JobClass;
  readonly TurboShakeJob: JobClass;
  readonly KangarooTwelveJob: JobClass;
  readonly KmacJob: JobClass;
  readonly KeyObjectHandle: new () => { init(type: number, bytes: Uint8Array): void };
}

export function nativeCrypto(): NativeCrypto {
  const require = createRequire(import.meta.url);
  const { internalBinding } = require("internal/test/binding") as {
    internalBinding(name: string): NativeCrypto;
  };
  return internalBinding("crypto");
}

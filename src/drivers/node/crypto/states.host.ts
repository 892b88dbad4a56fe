/**
 * What outlives one call (a cipher in its stream, a large hash, a Diffie-Hellman exchange): a bounded
 * table for each guest, thrown away with it. A guest that lets things lie loses those used longest ago.
 */
import type {
  CipherGCM,
  DecipherGCM,
  DiffieHellman,
  DiffieHellmanGroup,
  ECDH,
  Hash,
  Hmac,
} from "node:crypto";

/** OpenSSL's contexts take a few KiB each. */
const STATES_MAX = 4096;

/** Says that the guest asks for a state that is gone. */
class LostState extends Error {
  readonly code = "ERR_CRYPTO_INVALID_STATE";

  constructor() {
    super("Invalid state: too many cryptographic objects are in use");
  }
}

/** What may be kept, by its kind. */
export interface StateKinds {
  readonly hash: Hash;
  readonly hmac: Hmac;
  readonly cipher: CipherGCM;
  readonly decipher: DecipherGCM;
  readonly dh: DiffieHellman;
  readonly dhGroup: DiffieHellmanGroup;
  readonly ecdh: ECDH;
}

interface State {
  readonly kind: keyof StateKinds;
  readonly object: object;
}

export class StateTable {
  readonly #states = new Map<number, State>();
  #last = 0;

  /** Keeps a state; answers its number. */
  add<K extends keyof StateKinds>(kind: K, object: StateKinds[K]): number {
    if (this.#states.size >= STATES_MAX) {
      this.#states.delete(this.#states.keys().next().value as number);
    }
    this.#states.set(++this.#last, { kind, object });
    return this.#last;
  }

  /** The state with a number, if it is one of that kind. */
  get<K extends keyof StateKinds>(id: unknown, kind: K): StateKinds[K] {
    const number = Number(id);
    const state = this.#states.get(number);
    if (state?.kind !== kind) throw new LostState();
    this.#states.delete(number);
    this.#states.set(number, state);
    // `add` has seen that an object is of its kind.
    return state.object as StateKinds[K];
  }

  release(id: unknown): void {
    this.#states.delete(Number(id));
  }
}

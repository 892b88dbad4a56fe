/** What the container's crypto answers a guest: copies, never an object of the host's. */

/** An error: its class, its text, and what OpenSSL says of it. */
export interface CryptoFailure {
  readonly name: "Error" | "TypeError" | "RangeError";
  readonly message: string;
  /** Further properties of the error, in their order. */
  readonly details: Readonly<Record<string, string | readonly string[]>>;
}

/** Bytes and primitives are answered as they are: what is in an object is copied much more slowly. */
export type CryptoAnswer =
  | Uint8Array
  | string
  | number
  | boolean
  | undefined
  | { readonly value: unknown }
  | { readonly failure: CryptoFailure };

/** A key that a guest is to keep. */
export interface ImportedKey {
  readonly type: "public" | "private";
  readonly der: Uint8Array;
  readonly asymmetricType: string;
  /** Why it can't be exported. */
  readonly refusal?: CryptoFailure;
}

/**
 * Keys. A handle holds its key's DER (or a secret's bytes) in the guest, and the container parses it
 * when it is used: nothing there has to be kept or given back.
 */
import type { CryptoFailure, ImportedKey } from "../../crypto/answers.js";
import { bindingClass } from "../../guest/transferables.js";
import { bytesOf } from "../buffer.js";
import { type CryptoCalls, codedError, errorOf, memoryOf, plainCopy } from "./calls.js";
import { edwardsKey, pointKey } from "./raw-keys.js";

const SECRET = 0;
const PUBLIC = 1;
const PRIVATE = 2;

const formatNames = ["der", "pem"] as const;
const FORMAT_JWK = 2;
const FORMAT_RAW_PUBLIC = 3;
const FORMAT_RAW_PRIVATE = 4;
const FORMAT_RAW_SEED = 5;
/** By those numbers. */
const rawFormatNames: Readonly<Record<number, string>> = {
  [FORMAT_RAW_PUBLIC]: "raw-public",
  [FORMAT_RAW_PRIVATE]: "raw-private",
  [FORMAT_RAW_SEED]: "raw-seed",
};
/** OpenSSL's number for the short form of a point. */
const COMPRESSED = 2;
const encodingNames = ["pkcs1", "pkcs8", "spki", "sec1"] as const;

/** A key as an argument of an operation. */
export type KeyArgument = { readonly type: string; readonly der: Uint8Array } | EncodedKey;

interface EncodedKey {
  readonly key: Uint8Array;
  readonly format: string;
  readonly encoding: string | undefined;
  readonly passphrase: Uint8Array | undefined;
}

export interface KeyHandle {
  /** The bytes of a secret key. */
  secret(): Uint8Array;
  /** An asymmetric key for an operation. */
  argument(): { readonly type: string; readonly der: Uint8Array };
  readonly asymmetricType: string;
  /** By Node's constants. */
  getKeyType(): number;
  /** In the format that Node's constants name, for a generated pair. */
  export(format?: number, encoding?: number, cipher?: unknown, passphrase?: unknown): unknown;
  exportJwk(target: object, handleRsaPss: boolean): object;
}

const HANDLE_CLASS = bindingClass("crypto", "KeyObjectHandle");

const handles = new WeakSet<object>();

export function isKeyHandle(value: unknown): value is KeyHandle {
  return typeof value === "object" && value !== null && handles.has(value);
}

/** The bytes of a secret: a key's, or those that were given. */
export function secretOf(crypto: CryptoCalls, key: unknown): Uint8Array {
  return isKeyHandle(key) ? key.secret() : crypto.bytes(key);
}

/** Arguments that tell of a key: its handle or its data, format, encoding, passphrase, and perhaps its curve. */
type KeyTold = readonly unknown[];

/** The arguments that begin with a key: those that tell of it, and those after them. */
export function splitAtKey(crypto: CryptoCalls, given: readonly unknown[]): [KeyTold, unknown[]] {
  return [given.slice(0, crypto.keyWidth), given.slice(crypto.keyWidth)];
}

/** A key that was given as a handle, or as bytes with their encoding. */
export function keyArgument(crypto: CryptoCalls, told: KeyTold): KeyArgument {
  const [data, format, encoding, passphrase, curve] = told;
  if (isKeyHandle(data)) return data.argument();
  switch (format) {
    case FORMAT_JWK: {
      const { type, der } = crypto.call(
        "importJwk",
        textsOf(data as Readonly<Record<string, unknown>>),
      ) as ImportedKey;
      return { type, der };
    }
    case FORMAT_RAW_PUBLIC:
    case FORMAT_RAW_PRIVATE:
    case FORMAT_RAW_SEED: {
      const { type, der } = importBare(crypto, data, format, encoding, curve);
      return { type, der };
    }
    default:
      return {
        key: crypto.bytes(data),
        format: formatNames[format as number] ?? "pem",
        encoding: typeof encoding === "number" ? encodingNames[encoding] : undefined,
        passphrase: crypto.optionalBytes(passphrase),
      };
  }
}

/** A key of bare bytes, as newer versions of the library give them. Their names of types are Node's or Web Crypto's. */
function importBare(
  crypto: CryptoCalls,
  data: unknown,
  format: number,
  name: unknown,
  curve: unknown,
): ImportedKey {
  const bytes = plainCopy(bytesOf(data as ArrayBufferView));
  const type = String(name).toLowerCase();
  return crypto.call(
    "importBare",
    bytes,
    rawFormatNames[format],
    type,
    curve ?? undefined,
  ) as ImportedKey;
}

export interface KeyObjectHandleClass {
  new (): KeyHandle;
  secret(bytes: Uint8Array): KeyHandle;
  imported(key: ImportedKey): KeyHandle;
}

export function makeKeyObjectHandle(crypto: CryptoCalls): KeyObjectHandleClass {
  const { guest } = crypto;
  const cloneSymbol = guest.symbols.messaging_clone_symbol as symbol;

  class KeyObjectHandle extends guest.native.HostObject implements KeyHandle {
    #type = SECRET;
    /** DER of an asymmetric key, the bytes of a secret one. */
    #data = new Uint8Array(0);
    #asymmetricType = "";
    #refusal: CryptoFailure | null = null;
    #details: Readonly<Record<string, unknown>> | null = null;

    constructor() {
      super();
      handles.add(this);
    }

    /** What a message carries of a key: between threads, all of it. */
    [cloneSymbol](): object {
      const data = [this.#type, this.#data, this.#asymmetricType];
      return { data, deserializeInfo: HANDLE_CLASS };
    }

    static revived([type, bytes, asymmetricType]: [number, Uint8Array, string]): KeyObjectHandle {
      const handle = new KeyObjectHandle();
      handle.#type = type;
      handle.#data = bytes as Uint8Array<ArrayBuffer>;
      handle.#asymmetricType = asymmetricType;
      return handle;
    }

    static secret(bytes: Uint8Array): KeyHandle {
      const handle = new KeyObjectHandle();
      handle.#data = bytes as Uint8Array<ArrayBuffer>;
      return handle;
    }

    static imported(key: ImportedKey): KeyHandle {
      const handle = new KeyObjectHandle();
      handle.#become(key);
      return handle;
    }

    #become({ type, der, asymmetricType, refusal }: ImportedKey): void {
      this.#refusal = refusal ?? null;
      this.#type = type === "private" ? PRIVATE : PUBLIC;
      this.#data = der as Uint8Array<ArrayBuffer>;
      this.#asymmetricType = asymmetricType;
    }

    get asymmetricType(): string {
      return this.#asymmetricType;
    }

    secret(): Uint8Array {
      return this.#data;
    }

    argument(): { type: string; der: Uint8Array } {
      return { type: this.#type === PRIVATE ? "private" : "public", der: this.#data };
    }

    init(
      type: number,
      data: unknown,
      format?: unknown,
      encoding?: unknown,
      passphrase?: unknown,
      namedCurve?: string,
    ): void {
      if (format === FORMAT_JWK) {
        const { d, priv, ...publicPart } = data as Record<string, unknown>;
        this.initJwk(type === PUBLIC ? publicPart : { ...publicPart, d, priv });
        return;
      }
      if (typeof format === "number" && Object.hasOwn(rawFormatNames, format)) {
        this.#become(importBare(crypto, data, format, encoding, namedCurve));
        return;
      }
      if (type === SECRET) {
        this.#data = plainCopy(bytesOf(data as ArrayBufferView)) as Uint8Array<ArrayBuffer>;
        return;
      }
      const key = keyArgument(crypto, [data, format, encoding, passphrase]);
      const kind = type === PRIVATE ? "private" : "public";
      this.#become(crypto.call("importKey", kind, key) as ImportedKey);
    }

    initJwk(jwk: Record<string, unknown>, namedCurve?: string): number | undefined {
      if (jwk.kty === "oct") {
        if (typeof jwk.k !== "string") {
          throw codedError(Error, "ERR_CRYPTO_INVALID_JWK", "Invalid JWK secret key format");
        }
        this.#data = crypto.bytes(jwk.k, "base64") as Uint8Array<ArrayBuffer>;
        return SECRET;
      }
      const curve = namedCurve === undefined ? {} : { crv: namedCurve };
      this.#become(crypto.call("importJwk", textsOf({ ...jwk, ...curve })) as ImportedKey);
      return this.#type;
    }

    initECRaw(curve: string, data: ArrayBufferView): boolean {
      return this.#tryImport("public", pointKey(curve, bytesOf(data)));
    }

    initEDRaw(name: string, data: ArrayBufferView, type: number): boolean {
      const kind = type === PRIVATE ? "private" : "public";
      return this.#tryImport(kind, edwardsKey(name, bytesOf(data), kind));
    }

    #tryImport(type: string, key: Uint8Array | null): boolean {
      if (key === null) return false;
      const encoding = type === "private" ? "pkcs8" : "spki";
      try {
        const given = { key, format: "der", encoding };
        this.#become(crypto.call("importKey", type, given) as ImportedKey);
        return true;
      } catch {
        return false;
      }
    }

    getKeyType(): number {
      return this.#type;
    }

    getSymmetricKeySize(): number {
      return this.#data.length;
    }

    getAsymmetricKeyType(): string {
      return this.#asymmetricType;
    }

    checkEcKeyData(): boolean {
      return crypto.call("checkEcKey", this.argument()) === true;
    }

    equals(other: KeyObjectHandle): boolean {
      if (this.#type !== other.#type) return false;
      if (this.#type !== SECRET) {
        return crypto.call("sameKey", this.argument(), other.argument()) === true;
      }
      const [mine, theirs] = [this.#data, other.#data];
      return mine.length === theirs.length && mine.every((byte, index) => byte === theirs[index]);
    }

    export(format?: number, encoding?: number, cipher?: unknown, passphrase?: unknown): unknown {
      if (this.#type === SECRET) return crypto.asBuffer(this.#data.slice());
      if (this.#refusal) throw errorOf(this.#refusal);
      return crypto.bufferOrText(
        "exportKey",
        this.argument(),
        formatNames[format as number],
        encodingNames[encoding as number],
        cipher ?? undefined,
        crypto.optionalBytes(passphrase),
      );
    }

    exportJwk(target: Record<string, unknown>, _handleRsaPss: boolean): object {
      if (this.#type !== SECRET) {
        return Object.assign(target, crypto.call("exportJwk", this.argument()));
      }
      const k = crypto.present(this.#data.slice(), "base64url");
      return Object.assign(target, { kty: "oct", k });
    }

    rawPublicKey(): Uint8Array {
      return this.#bare(FORMAT_RAW_PUBLIC);
    }

    rawPrivateKey(): Uint8Array {
      return this.#bare(FORMAT_RAW_PRIVATE);
    }

    rawSeed(): Uint8Array {
      return this.#bare(FORMAT_RAW_SEED);
    }

    exportECPrivateRaw(): Uint8Array {
      return this.#bare(FORMAT_RAW_PRIVATE);
    }

    exportECPublicRaw(form: number): Uint8Array {
      return this.#bare(FORMAT_RAW_PUBLIC, form === COMPRESSED ? "compressed" : "uncompressed");
    }

    #bare(format: number, form?: string): Uint8Array {
      return crypto.buffer("exportBare", this.argument(), rawFormatNames[format], form);
    }

    keyDetail(target: Record<string, unknown>): object {
      if (this.#type === SECRET) return Object.assign(target, { length: this.#data.length * 8 });
      this.#details ??= crypto.call("keyDetails", this.argument()) as Record<string, unknown>;
      for (const [key, value] of Object.entries(this.#details)) {
        target[key] = key === "publicExponent" ? exponentOf(value) : value;
      }
      return target;
    }
  }

  guest.revivers.set(HANDLE_CLASS, (data) => KeyObjectHandle.revived(data as never));
  return KeyObjectHandle;
}

/** A key in the form that was asked for when its pair was generated; the handle when in none. */
export function encodedKey(
  key: KeyHandle,
  format: unknown,
  encoding: unknown,
  cipher?: unknown,
  passphrase?: unknown,
): unknown {
  if (typeof format !== "number") return key;
  if (format === FORMAT_JWK) return key.exportJwk({}, false);
  return key.export(format, encoding as number, cipher, passphrase);
}

/** The fields of a JWK that are text: all that may be carried out. */
function textsOf(jwk: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(jwk)) if (typeof value === "string") texts[key] = value;
  return texts;
}

/** A number in decimal digits as big-endian bytes. */
function exponentOf(digits: unknown): ArrayBuffer {
  const bytes: number[] = [];
  for (let rest = BigInt(String(digits)); rest > 0n; rest >>= 8n)
    bytes.unshift(Number(rest & 0xffn));
  return memoryOf(Uint8Array.from(bytes));
}

/**
 * Keys. A guest keeps its keys itself, as DER (PKCS#8 or SPKI) or as the bytes of a secret; each call
 * brings those it needs. The parsed ones that were used last are kept, so that a server's key is not
 * parsed at each signature.
 */
import { Buffer } from "node:buffer";
import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  type PrivateKeyInput,
  type PublicKeyInput,
} from "node:crypto";
import type { ImportedKey } from "./answers.js";
import * as check from "./arguments.host.js";

/** First byte of an encoded point of a curve. */
const UNCOMPRESSED = 4;
const PARSED_KEYS_MAX = 64;
const formats = ["pem", "der"] as const;
const encodings = ["pkcs1", "spki", "pkcs8", "sec1"] as const;
const jwkFields = [
  ...["kty", "crv", "n", "e", "d", "p", "q", "dp", "dq", "qi", "x", "y"],
  ...["alg", "pub", "priv"],
] as const;
/** Bare bytes, where Node knows them: from 24 on. */
const rawFormats = ["raw-public", "raw-private", "raw-seed"] as const;
/** In a JWK: a number of RSA's largest modulus, in base64; a public key of ML-DSA has as many. */
const JWK_FIELD_CHARACTERS_MAX = 4096;

/** A key as the guest's library gives it: encoded, with what is known of the encoding. */
type EncodedKey = PrivateKeyInput & PublicKeyInput;

export class KeyStore {
  readonly #parsed = new Map<string, KeyObject>();

  /** The key that `{ type, der }` is. */
  parse(given: unknown): KeyObject {
    const { type, der } = check.fields(given);
    const kind = check.oneOf(type, ["public", "private"]);
    const data = check.bytes(der);
    const id = kind + data.toString("latin1");
    const known = this.#parsed.get(id);
    const key = known ?? parseDer(kind, data);
    this.#parsed.delete(id);
    this.#parsed.set(id, key);
    if (this.#parsed.size > PARSED_KEYS_MAX) {
      this.#parsed.delete(this.#parsed.keys().next().value as string);
    }
    return key;
  }

  /** What goes to a public function for a key: `{ key }` with its encoding where it has one. */
  input(given: unknown): EncodedKey {
    const { type, key, format, encoding, passphrase } = check.fields(given);
    if (type !== undefined) return { key: this.parse(given) } as unknown as EncodedKey;
    const secret = check.optionalBytes(passphrase);
    return {
      key: check.bytes(key),
      format: check.oneOf(format, formats),
      type: check.optionalOneOf(encoding, encodings),
      ...(secret ? { passphrase: secret } : {}),
    } as EncodedKey;
  }

  operations() {
    return {
      importKey: (type: unknown, given: unknown): ImportedKey =>
        imported(
          check.oneOf(type, ["public", "private"]) === "public"
            ? createPublicKey(this.input(given))
            : createPrivateKey(this.input(given)),
        ),
      importJwk: (given: unknown): ImportedKey => {
        const all = check.fields(given);
        const jwk: Record<string, string> = {};
        for (const field of jwkFields) {
          const value = all[field];
          if (typeof value === "string" && value.length <= JWK_FIELD_CHARACTERS_MAX) {
            jwk[field] = value;
          }
        }
        const input = { key: jwk as JsonWebKey, format: "jwk" as const };
        const isPublic = jwk.d === undefined && jwk.priv === undefined;
        return imported(isPublic ? createPublicKey(input) : createPrivateKey(input));
      },
      exportKey: (
        given: unknown,
        format: unknown,
        encoding: unknown,
        cipher: unknown,
        passphrase: unknown,
      ) => exportKey(this.parse(given), format, encoding, cipher, passphrase),
      exportRaw: (given: unknown) => rawPublicKey(this.parse(given)),
      /** As Node's own functions do from 24 on; `form` is a point's. */
      exportBare: (given: unknown, format: unknown, form: unknown) => {
        const kind = check.oneOf(format, rawFormats);
        const point = check.optionalOneOf(form, ["compressed", "uncompressed"]);
        const options = { format: kind, ...(point === undefined ? {} : { type: point }) };
        return check.copyOf(this.parse(given).export(options as never) as unknown as Buffer);
      },
      importBare: (data: unknown, format: unknown, type: unknown, curve: unknown): ImportedKey => {
        const kind = check.oneOf(format, rawFormats);
        const namedCurve = check.optionalName(curve);
        const input = {
          key: check.bytes(data),
          format: kind,
          asymmetricKeyType: check.name(type),
          ...(namedCurve === undefined ? {} : { namedCurve }),
        } as never;
        return imported(kind === "raw-public" ? createPublicKey(input) : createPrivateKey(input));
      },
      exportWebSpki: (given: unknown) => webSpki(this.parse(given)),
      exportJwk: (given: unknown) => ({ ...this.parse(given).export({ format: "jwk" }) }),
      keyDetails: (given: unknown) => {
        const details: Record<string, unknown> = { ...this.parse(given).asymmetricKeyDetails };
        if ("publicExponent" in details) details.publicExponent = String(details.publicExponent);
        return details;
      },
      checkEcKey: (given: unknown) => isConsistent(this.parse(given)),
      sameKey: (one: unknown, other: unknown) => isSame(this.parse(one), this.parse(other)),
    };
  }
}

function parseDer(type: "public" | "private", key: Buffer): KeyObject {
  return type === "public"
    ? createPublicKey({ key, format: "der", type: "spki" })
    : createPrivateKey({ key, format: "der", type: "pkcs8" });
}

export function imported(key: KeyObject): ImportedKey {
  const type = key.type === "private" ? "private" : "public";
  const der =
    type === "private"
      ? key.export({ format: "der", type: "pkcs8" })
      : key.export({ format: "der", type: "spki" });
  return { type, der: check.copyOf(der), asymmetricType: String(key.asymmetricKeyType) };
}

/** SPKI as Web Crypto exports it: a point is uncompressed, however it was imported. */
function webSpki(key: KeyObject): Uint8Array {
  const whole =
    key.asymmetricKeyType === "ec"
      ? createPublicKey({ key: key.export({ format: "jwk" }), format: "jwk" })
      : key;
  return check.copyOf(whole.export({ format: "der", type: "spki" }));
}

/** OpenSSL says of keys of different types that they can't be compared, and Node hears of it too late. */
function isSame(one: KeyObject, other: KeyObject): boolean {
  return one.asymmetricKeyType === other.asymmetricKeyType && one.equals(other);
}

/** A public key's bare bytes: an uncompressed point, or what RFC 8032 encodes. */
function rawPublicKey(key: KeyObject): Uint8Array {
  const { x = "", y } = key.export({ format: "jwk" });
  const first = Buffer.from(x, "base64url");
  if (y === undefined) return check.copyOf(first);
  return check.copyOf(Buffer.concat([Buffer.of(UNCOMPRESSED), first, Buffer.from(y, "base64url")]));
}

/** Whether an EC key's point lies on its curve (it was decoded: it does) and fits its private number. */
function isConsistent(key: KeyObject): boolean {
  if (key.type !== "private") return true;
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve === undefined) return false;
  const exchange = createECDH(curve);
  try {
    const { d = "", x = "", y = "" } = key.export({ format: "jwk" });
    exchange.setPrivateKey(Buffer.from(d, "base64url"));
    const point = [
      Buffer.of(UNCOMPRESSED),
      Buffer.from(x, "base64url"),
      Buffer.from(y, "base64url"),
    ];
    return exchange.getPublicKey().equals(Buffer.concat(point));
  } catch {
    return false;
  }
}

function exportKey(
  key: KeyObject,
  format: unknown,
  encoding: unknown,
  cipher: unknown,
  passphrase: unknown,
): string | Uint8Array {
  const cipherName = check.optionalName(cipher);
  const result: string | Buffer = key.export({
    format: check.oneOf(format, formats),
    type: check.oneOf(encoding, encodings),
    ...(cipherName === undefined
      ? {}
      : { cipher: cipherName, passphrase: check.optionalBytes(passphrase) ?? Buffer.alloc(0) }),
  } as never);
  return typeof result === "string" ? result : check.copyOf(result);
}

/** DER around keys that came as bare bytes: a point of a curve, an Edwards or Montgomery key (RFC 5480, RFC 8410). */

const SEQUENCE = 0x30;
const OBJECT_IDENTIFIER = 0x06;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const INTEGER = 0x02;

const EC_PUBLIC_KEY = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const curves: Readonly<Record<string, readonly number[]>> = {
  prime256v1: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07],
  secp384r1: [0x2b, 0x81, 0x04, 0x00, 0x22],
  secp521r1: [0x2b, 0x81, 0x04, 0x00, 0x23],
  secp256k1: [0x2b, 0x81, 0x04, 0x00, 0x0a],
};
const edwards: Readonly<Record<string, readonly number[]>> = {
  X25519: [0x2b, 0x65, 0x6e],
  X448: [0x2b, 0x65, 0x6f],
  Ed25519: [0x2b, 0x65, 0x70],
  Ed448: [0x2b, 0x65, 0x71],
};

const LONG_LENGTH = 128;

function element(tag: number, ...parts: readonly (readonly number[] | Uint8Array)[]): number[] {
  const content = parts.flatMap((part) => [...part]);
  const { length } = content;
  if (length < LONG_LENGTH) return [tag, length, ...content];
  return length < 256
    ? [tag, 0x81, length, ...content]
    : [tag, 0x82, length >> 8, length & 255, ...content];
}

/** SPKI of a public point; null: no such curve. */
export function pointKey(curve: string, point: Uint8Array): Uint8Array | null {
  const id = Object.hasOwn(curves, curve) ? curves[curve] : undefined;
  if (!id) return null;
  const algorithm = element(
    SEQUENCE,
    element(OBJECT_IDENTIFIER, EC_PUBLIC_KEY),
    element(OBJECT_IDENTIFIER, id),
  );
  return Uint8Array.from(element(SEQUENCE, algorithm, element(BIT_STRING, [0], point)));
}

/** SPKI or PKCS#8 of an Edwards or Montgomery key; null: no such curve. */
export function edwardsKey(name: string, key: Uint8Array, type: string): Uint8Array | null {
  const id = Object.hasOwn(edwards, name) ? edwards[name] : undefined;
  if (!id) return null;
  const algorithm = element(SEQUENCE, element(OBJECT_IDENTIFIER, id));
  const der =
    type === "private"
      ? element(
          SEQUENCE,
          element(INTEGER, [0]),
          algorithm,
          element(OCTET_STRING, element(OCTET_STRING, key)),
        )
      : element(SEQUENCE, algorithm, element(BIT_STRING, [0], key));
  return Uint8Array.from(der);
}

/** X.509 certificates, which a guest keeps as DER, and SPKACs. */
import { Certificate, X509Certificate } from "node:crypto";
import { getCiphers, rootCertificates } from "node:tls";
import * as check from "./arguments.host.js";
import { imported, type KeyStore } from "./keys.host.js";

const texts = [
  "subject",
  "subjectAltName",
  "infoAccess",
  "issuer",
  "validFrom",
  "validTo",
  "fingerprint",
  "fingerprint256",
  "fingerprint512",
  "serialNumber",
] as const;
/** From `X509_CHECK_FLAG_…`: what the guest's library makes a number of. */
const ALWAYS_CHECK_SUBJECT = 1;
const NO_WILDCARDS = 2;
const NO_PARTIAL_WILDCARDS = 4;
const MULTI_LABEL_WILDCARDS = 8;
const SINGLE_LABEL_SUBDOMAINS = 16;
const NEVER_CHECK_SUBJECT = 32;

function hostOptions(flags: number): object {
  const has = (flag: number) => (flags & flag) !== 0;
  const subject = has(ALWAYS_CHECK_SUBJECT)
    ? "always"
    : has(NEVER_CHECK_SUBJECT)
      ? "never"
      : "default";
  return {
    subject,
    wildcards: !has(NO_WILDCARDS),
    partialWildcards: !has(NO_PARTIAL_WILDCARDS),
    multiLabelWildcards: has(MULTI_LABEL_WILDCARDS),
    singleLabelSubdomains: has(SINGLE_LABEL_SUBDOMAINS),
  };
}

/** What newer Nodes tell besides. */
function textIn(certificate: X509Certificate, name: string): string | undefined {
  const text: unknown = Reflect.get(certificate, name);
  return typeof text === "string" ? text : undefined;
}

export function certificateOperations(keys: KeyStore) {
  const parse = (der: unknown) => new X509Certificate(check.bytes(der));

  return {
    /** All that a certificate says about itself. */
    parseCertificate(given: unknown) {
      const certificate = parse(given);
      const said: Record<string, string | undefined> = {};
      for (const text of texts) said[text] = certificate[text];
      return {
        ...said,
        signatureAlgorithm: textIn(certificate, "signatureAlgorithm"),
        signatureAlgorithmOid: textIn(certificate, "signatureAlgorithmOid"),
        keyUsage: certificate.keyUsage ? [...certificate.keyUsage] : undefined,
        raw: check.copyOf(certificate.raw),
        pem: certificate.toString(),
        ca: certificate.ca,
      };
    },
    certificateKey: (der: unknown) => imported(parse(der).publicKey),
    /** In the form that Node's TLS gives peers' certificates. */
    legacyCertificate(der: unknown) {
      const certificate = parse(der);
      // The guest's library makes an object of the text, as the host's has done here.
      const infoAccess = certificate.infoAccess;
      const legacy = plain(certificate.toLegacyObject()) as Record<string, unknown>;
      return infoAccess === undefined ? legacy : { ...legacy, infoAccess };
    },
    checkHost: (der: unknown, host: unknown, flags: unknown) =>
      parse(der).checkHost(check.name(host), hostOptions(check.integer(flags, 0))),
    checkEmail: (der: unknown, email: unknown, flags: unknown) =>
      parse(der).checkEmail(check.name(email), hostOptions(check.integer(flags, 0))),
    checkIP: (der: unknown, address: unknown) => parse(der).checkIP(check.name(address)),
    checkIssued: (der: unknown, issuer: unknown) => parse(der).checkIssued(parse(issuer)),
    checkPrivateKey: (der: unknown, key: unknown) => parse(der).checkPrivateKey(keys.parse(key)),
    verifyCertificate: (der: unknown, key: unknown) => parse(der).verify(keys.parse(key)),
    verifySpkac: (spkac: unknown) => Certificate.verifySpkac(check.bytes(spkac)),
    exportSpkacKey: (spkac: unknown) => copyOrText(Certificate.exportPublicKey(check.bytes(spkac))),
    exportSpkacChallenge: (spkac: unknown) =>
      copyOrText(Certificate.exportChallenge(check.bytes(spkac))),
    tlsCiphers: () => getCiphers(),
    rootCertificates: () => [...rootCertificates],
  };
}

/** Of an SPKAC that is none Node gives empty text. */
function copyOrText(data: Buffer | string): Uint8Array | string {
  return typeof data === "string" ? data : check.copyOf(data);
}

/** An object of Node's with plain copies of what is in it. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return check.copyOf(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) copy[key] = plain(entry);
  return copy;
}

/** X.509 certificates, root certificates and SPKACs. A handle holds its certificate's DER in the guest. */
import type { ImportedKey } from "../../crypto/answers.js";
import type { Binding, Guest } from "../../guest/guest.js";
import { bindingClass } from "../../guest/transferables.js";
import type { CryptoCalls } from "./calls.js";
import type { KeyHandle, KeyObjectHandleClass } from "./keys.js";

const CERTIFICATE_CLASS = bindingClass("crypto", "X509Certificate");

interface Parsed {
  readonly subject: string;
  readonly subjectAltName?: string;
  readonly infoAccess?: string;
  readonly issuer: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly fingerprint: string;
  readonly fingerprint256: string;
  readonly fingerprint512: string;
  readonly serialNumber: string;
  readonly keyUsage?: readonly string[];
  readonly signatureAlgorithm?: string;
  readonly signatureAlgorithmOid?: string;
  readonly raw: Uint8Array;
  readonly pem: string;
  readonly ca: boolean;
}

/** Certificates of connections, which their DER stands for. */
export interface Certificates {
  readonly binding: Binding;
  /** A certificate, with those of its issuers behind it; undefined for none. */
  handleOf(chain: readonly Uint8Array[]): object | undefined;
  /** In the form of `getPeerCertificate()`. */
  legacyOf(der: Uint8Array): Record<string, unknown>;
}

/** The class that the library derives its own from, from Node 26 on: its methods are a handle's. */
function makeNativeClass(
  guest: Guest,
  handleFrom: (source: unknown) => object,
  revive: (data: unknown) => object,
): Binding {
  const name = "createX509CertificateClass";
  if (!guest.configuration.surface.crypto?.[name]) return {};
  const handles = new WeakMap<object, Record<string, (...args: unknown[]) => unknown>>();
  let Certificate: (new (source: unknown) => object) | undefined;

  class X509Certificate extends guest.native.HostObject {
    constructor(source: unknown) {
      super();
      const handle = handleFrom(source) as Record<PropertyKey, (...args: unknown[]) => unknown>;
      handles.set(this, handle);
      const clone = handle[guest.symbols.messaging_clone_symbol as symbol] as () => object;
      guest.describers.set(this, () => clone.call(handle));
    }
  }
  for (const method of methods) {
    const value = function (this: object, ...args: unknown[]): unknown {
      const handle = handles.get(this);
      if (!handle) throw new TypeError("Illegal invocation");
      return handle[method]?.(...args.map((arg) => handles.get(arg as object) ?? arg));
    };
    Object.defineProperty(X509Certificate.prototype, method, {
      value,
      writable: true,
      configurable: true,
    });
  }
  return {
    isX509Certificate: (value: unknown) =>
      typeof value === "object" && value !== null && handles.has(value),
    [name](make: (base: unknown) => readonly [unknown, new (source: unknown) => object]) {
      const classes = make(X509Certificate);
      Certificate = classes[1];
      const reviver = (data: unknown): object =>
        Certificate ? new Certificate(revive(data)) : revive(data);
      guest.revivers.set(CERTIFICATE_CLASS, reviver);
      return classes;
    },
  };
}

const methods = [
  "subject",
  "subjectAltName",
  "infoAccess",
  "issuer",
  "validFrom",
  "validTo",
  "validFromDate",
  "validToDate",
  "signatureAlgorithm",
  "signatureAlgorithmOid",
  "fingerprint",
  "fingerprint256",
  "fingerprint512",
  "serialNumber",
  "keyUsage",
  "raw",
  "pem",
  "checkCA",
  "getIssuerCert",
  "publicKey",
  "checkHost",
  "checkEmail",
  "checkIP",
  "checkIssued",
  "checkPrivateKey",
  "verify",
  "toLegacy",
];

export function makeCertificates(
  crypto: CryptoCalls,
  KeyObjectHandle: KeyObjectHandleClass,
): Certificates {
  const { guest } = crypto;
  const cloneSymbol = guest.symbols.messaging_clone_symbol as symbol;

  class CertificateHandle extends guest.native.HostObject {
    readonly #parsed: Parsed;
    readonly #issuers: readonly Uint8Array[];

    constructor(parsed: Parsed, issuers: readonly Uint8Array[] = []) {
      super();
      this.#parsed = parsed;
      this.#issuers = issuers;
    }

    [cloneSymbol](): object {
      return { data: this.#parsed, deserializeInfo: CERTIFICATE_CLASS };
    }

    get der(): Uint8Array {
      return this.#parsed.raw;
    }

    subject = () => this.#parsed.subject;
    subjectAltName = () => this.#parsed.subjectAltName;
    infoAccess = () => this.#parsed.infoAccess;
    issuer = () => this.#parsed.issuer;
    validFrom = () => this.#parsed.validFrom;
    validTo = () => this.#parsed.validTo;
    // From Node 22 on.
    validFromDate = () => new Date(this.#parsed.validFrom);
    validToDate = () => new Date(this.#parsed.validTo);
    // From Node 24 on.
    signatureAlgorithm = () => this.#parsed.signatureAlgorithm;
    signatureAlgorithmOid = () => this.#parsed.signatureAlgorithmOid;
    fingerprint = () => this.#parsed.fingerprint;
    fingerprint256 = () => this.#parsed.fingerprint256;
    fingerprint512 = () => this.#parsed.fingerprint512;
    serialNumber = () => this.#parsed.serialNumber;
    keyUsage = () => this.#parsed.keyUsage && [...this.#parsed.keyUsage];
    raw = () => crypto.asBuffer(this.der.slice());
    pem = () => this.#parsed.pem;
    checkCA = () => this.#parsed.ca;
    /** Known of certificates that came by TLS only. */
    getIssuerCert = () => handleOf(this.#issuers);
    publicKey = () =>
      KeyObjectHandle.imported(crypto.call("certificateKey", this.der) as ImportedKey);
    checkHost = (host: string, flags: number) => crypto.call("checkHost", this.der, host, flags);
    checkEmail = (email: string, flags: number) =>
      crypto.call("checkEmail", this.der, email, flags);
    checkIP = (address: string) => crypto.call("checkIP", this.der, address);
    checkIssued = (issuer: CertificateHandle) => crypto.call("checkIssued", this.der, issuer.der);
    checkPrivateKey = (key: KeyHandle) => crypto.call("checkPrivateKey", this.der, key.argument());
    verify = (key: KeyHandle) => crypto.call("verifyCertificate", this.der, key.argument());
    toLegacy = () => asLegacy(crypto.call("legacyCertificate", this.der));
  }

  guest.revivers.set(CERTIFICATE_CLASS, (data) => new CertificateHandle(data as Parsed));

  const parse = (der: Uint8Array) => crypto.call("parseCertificate", der) as Parsed;
  const handleOf = ([der, ...issuers]: readonly Uint8Array[]): CertificateHandle | undefined =>
    der && new CertificateHandle(parse(der), issuers);

  /** What is bytes in a legacy object is a Buffer; distinguished names have no prototype. */
  const asLegacy = (value: unknown): Record<string, unknown> => {
    const certificate = value as Record<string, unknown>;
    for (const [key, entry] of Object.entries(certificate)) {
      if (entry instanceof Uint8Array) crypto.asBuffer(entry);
      else if (key === "subject" || key === "issuer") Object.setPrototypeOf(entry, null);
    }
    return certificate;
  };

  const native = makeNativeClass(
    guest,
    (source) =>
      source instanceof CertificateHandle
        ? source
        : new CertificateHandle(parse(crypto.bytes(source))),
    (data) => new CertificateHandle(data as Parsed),
  );

  const binding: Binding = {
    ...native,
    parseX509: (data: unknown) => new CertificateHandle(parse(crypto.bytes(data))),
    getRootCertificates: () => crypto.call("rootCertificates"),
    getBundledRootCertificates: () => crypto.call("rootCertificates"),
    certVerifySpkac: (spkac: unknown) => crypto.call("verifySpkac", crypto.bytes(spkac)),
    certExportPublicKey: (spkac: unknown) =>
      crypto.bufferOrText("exportSpkacKey", crypto.bytes(spkac)),
    certExportChallenge: (spkac: unknown) =>
      crypto.bufferOrText("exportSpkacChallenge", crypto.bytes(spkac)),
  };
  return {
    binding,
    handleOf,
    legacyOf: (der) => asLegacy(crypto.call("legacyCertificate", der)),
  };
}

/** `SecureContext`: what a TLS connection is made with. OpenSSL's context is the addon's (`guest/tls-engine.ts`). */
import type { Binding, Guest } from "../../guest/guest.js";
import type { TlsEngine, TlsListener } from "../../guest/tls-engine.js";
import { type CryptoCalls, codedError } from "./calls.js";

const TLS1 = 0x0301;
const TLS1_1 = 0x0302;
const TLS1_2 = 0x0303;
const TLS1_3 = 0x0304;
/** OpenSSL's methods: for both ends, for servers, for clients. */
const KINDS: Readonly<Record<string, number>> = { "": 0, _server: 1, _client: 2 };
/** Lowest and highest version by the name of a method; undefined: as the program says. */
const VERSIONS: Readonly<Record<string, readonly [number | undefined, number]>> = {
  SSLv23: [undefined, TLS1_2],
  TLS: [0, TLS1_3],
  TLSv1: [TLS1, TLS1],
  TLSv1_1: [TLS1_1, TLS1_1],
  TLSv1_2: [TLS1_2, TLS1_2],
};
const DH_BITS_MIN = 1024;
const DH_BITS_SAFE = 2048;

/** What a program may put on a context. */
interface TicketCallback {
  onticketkeycallback?: unknown;
}

export interface SecureContexts {
  readonly SecureContext: new () => object;
  /** The addon's number; 0: it is closed; undefined: this is none. */
  contextId(value: unknown): number | undefined;
}

export function makeSecureContexts(
  guest: Guest,
  crypto: CryptoCalls,
  engine: TlsEngine,
): SecureContexts {
  const tls = engine.native;
  let contextId: SecureContexts["contextId"] = () => undefined;
  const failed = (text: string) => codedError(Error, "ERR_CRYPTO_OPERATION_FAILED", text);

  class SecureContext extends guest.native.HostObject implements TlsListener {
    static readonly kTicketKeyReturnIndex = 0;
    static readonly kTicketKeyHMACIndex = 1;
    static readonly kTicketKeyAESIndex = 2;
    static readonly kTicketKeyNameIndex = 3;
    static readonly kTicketKeyIVIndex = 4;

    static {
      contextId = (value) =>
        typeof value === "object" && value !== null && #id in value ? value.#id : undefined;
    }

    #id = 0;

    get _external(): unknown {
      return guest.native.makeExternal(this.#id);
    }

    init(method: unknown, lowest: number, highest: number): void {
      let kind = 0;
      let [least, most] = [lowest, highest];
      if (typeof method === "string") {
        const [, name = "", end = ""] = /^(\w+?)(_server|_client|)_method$/.exec(method) ?? [];
        const versions = Object.hasOwn(VERSIONS, name) ? VERSIONS[name] : undefined;
        const code = "ERR_TLS_INVALID_PROTOCOL_METHOD";
        const old = /^SSLv[23]$/.exec(name);
        if (old) throw codedError(TypeError, code, `${old[0]} methods disabled`);
        if (!versions) throw codedError(TypeError, code, `Unknown method: ${method}`);
        kind = KINDS[end] ?? 0;
        least = versions[0] ?? lowest;
        most = versions[1];
      }
      this.close();
      this.#id = engine.open(this, () => tls.newContext(kind, least, most));
    }

    close(): void {
      if (this.#id !== 0) engine.close(this.#id, this);
      this.#id = 0;
    }

    onTls(_kind: string, [name, iv, encrypts]: readonly unknown[]): unknown {
      const { onticketkeycallback } = this as TicketCallback;
      const buffers = [name, iv].map((bytes) => crypto.asBuffer(bytes as Uint8Array));
      return guest.callback(this, onticketkeycallback, [...buffers, encrypts]);
    }

    setKey(key: unknown, passphrase?: unknown): void {
      const pass = typeof passphrase === "string" ? passphrase : undefined;
      tls.setKey(this.#id, crypto.bytes(key), pass);
    }

    setCert(certificate: unknown): void {
      tls.setCertificate(this.#id, crypto.bytes(certificate));
    }

    addCACert(certificate: unknown): void {
      tls.addCa(this.#id, crypto.bytes(certificate));
    }

    setAllowPartialTrustChain(): void {
      tls.allowPartialChain(this.#id);
    }

    addCRL(list: unknown): void {
      tls.addCrl(this.#id, crypto.bytes(list));
    }

    addRootCerts(): void {
      engine.useRoots(this.#id);
    }

    setCipherSuites(list: string): void {
      tls.setCipherSuites(this.#id, list, "Failed to set ciphers");
    }

    setCiphers(list: string): void {
      tls.setCiphers(this.#id, list, "Failed to set ciphers");
    }

    setSigalgs(list: string): void {
      tls.setSignatureAlgorithms(this.#id, list);
    }

    setECDHCurve(names: string): void {
      if (!tls.setCurves(this.#id, names)) throw failed("Failed to set ECDH curve");
    }

    setDHParam(parameters: unknown): string | undefined {
      const pem = parameters === true ? undefined : crypto.bytes(parameters);
      const bits = tls.setDh(this.#id, pem);
      if (bits === 0) return undefined;
      if (bits < 0) throw failed("Error setting temp DH parameter");
      if (bits < DH_BITS_MIN) {
        const text = "DH parameter is less than 1024 bits";
        throw codedError(TypeError, "ERR_INVALID_ARG_VALUE", text);
      }
      return bits < DH_BITS_SAFE ? "DH parameter is less than 2048 bits" : undefined;
    }

    setMinProto(version: number): void {
      tls.setVersions(this.#id, version, undefined);
    }

    setMaxProto(version: number): void {
      tls.setVersions(this.#id, undefined, version);
    }

    getMinProto(): number {
      return tls.versions(this.#id)[0];
    }

    getMaxProto(): number {
      return tls.versions(this.#id)[1];
    }

    setOptions(options: number): void {
      tls.setOptions(this.#id, options);
    }

    setSessionIdContext(id: string): void {
      tls.setSessionIdContext(this.#id, id);
    }

    setSessionTimeout(seconds: number): void {
      tls.setSessionTimeout(this.#id, seconds);
    }

    loadPKCS12(pfx: unknown, passphrase?: unknown): void {
      tls.loadPkcs12(this.#id, crypto.bytes(pfx), crypto.optionalBytes(passphrase));
    }

    getTicketKeys(): Uint8Array {
      return crypto.asBuffer(tls.ticketKeys(this.#id));
    }

    setTicketKeys(keys: unknown): boolean {
      tls.ticketKeys(this.#id, crypto.bytes(keys));
      return true;
    }

    enableTicketKeyCallback(): void {
      tls.askForTicketKeys(this.#id);
    }

    getCertificate(): Uint8Array | null {
      return this.#certificate(false);
    }

    getIssuer(): Uint8Array | null {
      return this.#certificate(true);
    }

    #certificate(isIssuer: boolean): Uint8Array | null {
      const der = tls.contextCertificate(this.#id, isIssuer);
      return der ? crypto.asBuffer(der) : null;
    }
  }

  return { SecureContext, contextId };
}

/** Roots that programs ask for and set. */
export function rootBinding(engine: TlsEngine | null): Binding {
  return {
    isExtraRootCertsFileLoaded: () => (engine?.extraCertificates ?? "") !== "",
    getExtraCACertificates: () =>
      engine?.extraCertificates.match(
        /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g,
      ) ?? [],
    // They are at hand.
    startLoadingCertificatesOffThread() {},
    // The host's are none of a guest's.
    getSystemCACertificates: () => [],
    getUserRootCertificates: () => undefined,
    resetRootCertStore: (list: readonly string[]) => engine?.setRoots(list),
  };
}

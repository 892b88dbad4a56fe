/** What a TLS connection tells of itself: the part of `TLSWrap` that only asks. */
import type { StreamBaseClass } from "../../guest/stream-base.js";
import { bytesOf } from "../buffer.js";
import type { CryptoParts } from "../crypto/binding.js";

/** Since Node takes authorities of the system when it is asked to, it says so where one is missing. */
const SYSTEM_CA_SINCE = 24;
const SYSTEM_CA_HINT =
  "if the root CA is installed locally, try running Node.js with --use-system-ca";
const missesIssuer: ReadonlySet<string> = new Set([
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
]);

export function tlsFacts(StreamBase: StreamBaseClass, { calls, certificates, tls }: CryptoParts) {
  if (!tls) throw new Error("no TLS");
  const { native } = tls.engine;
  const bufferOf = (bytes: Uint8Array | undefined) => bytes && calls.asBuffer(bytes);

  return class TlsFacts extends StreamBase {
    get sessionId(): number {
      return 0;
    }

    getPeerCertificate(isDetailed?: boolean): unknown {
      const told = native.peerCertificates(this.sessionId, isDetailed === true);
      if (!told) return undefined;
      const [isSelfSigned, ...chain] = told;
      const all = (isDetailed ? chain : chain.slice(0, 1)).map(certificates.legacyOf);
      for (const [index, certificate] of all.entries()) {
        const issuer = all[index + 1] ?? (isSelfSigned ? certificate : undefined);
        if (issuer && isDetailed) certificate.issuerCertificate = issuer;
      }
      return all[0];
    }

    getPeerX509Certificate(): unknown {
      const [, ...chain] = native.peerCertificates(this.sessionId, true) ?? [false];
      return certificates.handleOf(chain);
    }

    getCertificate(): unknown {
      const der = native.certificate(this.sessionId);
      return der && certificates.legacyOf(der);
    }

    getX509Certificate(): unknown {
      const der = native.certificate(this.sessionId);
      return der && certificates.handleOf([der]);
    }

    getFinished(): Uint8Array | undefined {
      return bufferOf(native.finished(this.sessionId));
    }

    getPeerFinished(): Uint8Array | undefined {
      return bufferOf(native.peerFinished(this.sessionId));
    }

    getSession(): Uint8Array | undefined {
      return bufferOf(native.session(this.sessionId));
    }

    getTLSTicket(): Uint8Array | undefined {
      return bufferOf(native.ticket(this.sessionId));
    }

    isSessionReused(): boolean {
      return native.isReused(this.sessionId);
    }

    verifyError(): Error | null {
      const error = native.verifyError(this.sessionId) as (Error & { code: string }) | null;
      if (!error || calls.guest.nodeMajor < SYSTEM_CA_SINCE || !missesIssuer.has(error.code))
        return error;
      return Object.assign(new Error(`${error.message}; ${SYSTEM_CA_HINT}`), { code: error.code });
    }

    getCipher(): object | undefined {
      const told = native.cipher(this.sessionId);
      if (!told) return undefined;
      const [name, standardName, version] = told;
      return { name, standardName, version };
    }

    getEphemeralKeyInfo(): object | null {
      const told = native.ephemeralKey(this.sessionId);
      if (!told) return null;
      const [type, name, size] = told;
      if (type === undefined) return {};
      return name === undefined ? { type, size } : { type, name, size };
    }

    getSharedSigalgs(): string[] {
      return native.sharedSignatureAlgorithms(this.sessionId);
    }

    exportKeyingMaterial(length: number, label: string, context?: ArrayBufferView): Uint8Array {
      const given = context === undefined ? undefined : bytesOf(context);
      return calls.asBuffer(native.exportKey(this.sessionId, length, label, given));
    }

    getProtocol(): string {
      return native.protocol(this.sessionId);
    }

    getServername(): string | false {
      return native.serverName(this.sessionId);
    }

    getALPNNegotiatedProtocol(): string | false {
      return native.chosenProtocol(this.sessionId);
    }
  };
}

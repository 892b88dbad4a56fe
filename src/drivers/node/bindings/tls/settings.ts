/** What a program sets of a TLS connection: the part of `TLSWrap` that only hands on. */
import type { StreamBaseClass } from "../../guest/stream-base.js";
import { bytesOf } from "../buffer.js";
import type { CryptoParts } from "../crypto/binding.js";
import { codedError } from "../crypto/calls.js";
import { tlsFacts } from "./facts.js";

export function tlsSettings(StreamBase: StreamBaseClass, crypto: CryptoParts) {
  if (!crypto.tls) throw new Error("no TLS");
  const { native } = crypto.tls.engine;

  return class TlsSettings extends tlsFacts(StreamBase, crypto) {
    setVerifyMode(requests: boolean, rejects: boolean): void {
      native.setVerifyMode(this.sessionId, requests, rejects);
    }

    enableKeylogCallback(): void {
      native.wantKeylog(this.sessionId);
    }

    enableTrace(): void {
      native.wantTrace(this.sessionId);
    }

    enableALPNCb(): void {
      native.wantAlpn(this.sessionId);
    }

    setALPNProtocols(protocols: unknown): void {
      if (!ArrayBuffer.isView(protocols)) {
        throw new TypeError("Must give a Buffer as first argument");
      }
      native.setAlpn(this.sessionId, bytesOf(protocols));
    }

    enablePskCallback(): void {
      native.wantPsk(this.sessionId);
    }

    setServername(name: string): void {
      native.setServerName(this.sessionId, name);
    }

    setSession(session: unknown): void {
      if (!ArrayBuffer.isView(session)) {
        throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "Session must be a buffer");
      }
      if (!native.setSession(this.sessionId, bytesOf(session))) {
        throw new Error("SSL_set_session error");
      }
    }

    loadSession(session: unknown): void {
      if (ArrayBuffer.isView(session)) native.loadSession(this.sessionId, bytesOf(session));
    }

    setOCSPResponse(response: unknown): void {
      if (!ArrayBuffer.isView(response)) {
        throw codedError(TypeError, "ERR_INVALID_ARG_TYPE", "OCSP response must be a buffer");
      }
      native.setOcspResponse(this.sessionId, bytesOf(response));
    }

    requestOCSP(): void {
      native.requestOcsp(this.sessionId);
    }

    renegotiate(): void {
      native.renegotiate(this.sessionId);
    }

    setMaxSendFragment(bytes: number): number {
      return native.setMaxSendFragment(this.sessionId, Math.trunc(bytes));
    }
  };
}

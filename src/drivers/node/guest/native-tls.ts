/**
 * TLS as the addon has it (`native/tls*.cc`): OpenSSL between buffers in memory. Contexts and sessions are numbers, good
 * in this isolate; a call throws OpenSSL's error as Node's C++ would.
 */

export type TlsContextId = number;
export type TlsSessionId = number;

/** What OpenSSL tells in the midst of a step, or asks: then the answer counts. */
export type TlsHandler = (id: number, kind: string, ...details: never[]) => unknown;

export interface NativeTls {
  /** Once. */
  setHandler(handler: TlsHandler): void;

  /** `kind` 0 both, 1 servers, 2 clients. 0: there are too many. */
  newContext(kind: number, lowest: number, highest: number): TlsContextId;
  closeContext(context: TlsContextId): void;
  setKey(context: TlsContextId, pem: Uint8Array, passphrase: string | undefined): void;
  setCertificate(context: TlsContextId, pem: Uint8Array): void;
  addCa(context: TlsContextId, pem: Uint8Array): void;
  addCrl(context: TlsContextId, pem: Uint8Array): void;
  allowPartialChain(context: TlsContextId): void;
  /** The certificates that `useRoots` lets a context trust. */
  setRoots(pem: Uint8Array): void;
  /** False before `setRoots`. */
  useRoots(context: TlsContextId): boolean;
  /** `otherwise` is the error's text where OpenSSL has none. */
  setCipherSuites(context: TlsContextId, list: string, otherwise: string): void;
  setCiphers(context: TlsContextId, list: string, otherwise: string): void;
  setSignatureAlgorithms(context: TlsContextId, list: string): void;
  setCurves(context: TlsContextId, names: string): boolean;
  /** Without parameters OpenSSL chooses. Answers their bits; 0: they are none; -1: they can't be used. */
  setDh(context: TlsContextId, pem: Uint8Array | undefined): number;
  setVersions(context: TlsContextId, lowest: number | undefined, highest: number | undefined): void;
  versions(context: TlsContextId): readonly [lowest: number, highest: number];
  setOptions(context: TlsContextId, options: number): void;
  setSessionIdContext(context: TlsContextId, id: string): void;
  setSessionTimeout(context: TlsContextId, seconds: number): void;
  loadPkcs12(context: TlsContextId, pfx: Uint8Array, passphrase: Uint8Array | undefined): void;
  ticketKeys(context: TlsContextId, keys?: Uint8Array): Uint8Array;
  /** The handler is asked for each ticket's. */
  askForTicketKeys(context: TlsContextId): void;
  contextCertificate(context: TlsContextId, isIssuer: boolean): Uint8Array | undefined;

  /** 0: there are too many. */
  newSession(context: TlsContextId, isServer: boolean): TlsSessionId;
  closeSession(session: TlsSessionId): void;
  /** False: too much waits in it already. */
  receive(session: TlsSessionId, data: Uint8Array): boolean;
  /** Clear bytes; false: none for now; null: the peer has ended. */
  read(session: TlsSessionId): Uint8Array | false | null | Error;
  /** Not empty. False: not for now; a text: why never. */
  write(session: TlsSessionId, data: Uint8Array): boolean | string;
  /** Bytes that wait for `takeOutput`. */
  pending(session: TlsSessionId): number;
  takeOutput(session: TlsSessionId, limit: number): Uint8Array;
  shutdown(session: TlsSessionId): void;
  setVerifyMode(session: TlsSessionId, requests: boolean, rejects: boolean): void;
  wantSessions(session: TlsSessionId): void;
  wantKeylog(session: TlsSessionId): void;
  wantTrace(session: TlsSessionId): void;
  /** A server's handshake waits until `answerCertificate`. */
  wantCertificateQuestion(session: TlsSessionId): void;
  answerCertificate(session: TlsSessionId): void;
  wantPsk(session: TlsSessionId): void;
  setPskHint(session: TlsSessionId, hint: string): boolean;
  /** Where its certificate can't be used it throws, or lets the handshake fail. */
  useContext(session: TlsSessionId, context: TlsContextId, throws: boolean): void;
  setAlpn(session: TlsSessionId, protocols: Uint8Array): void;
  wantAlpn(session: TlsSessionId): void;
  setServerName(session: TlsSessionId, name: string): void;
  setSession(session: TlsSessionId, earlier: Uint8Array): boolean;
  loadSession(session: TlsSessionId, earlier: Uint8Array): void;
  setOcspResponse(session: TlsSessionId, response: Uint8Array): void;
  requestOcsp(session: TlsSessionId): void;
  renegotiate(session: TlsSessionId): void;
  setMaxSendFragment(session: TlsSessionId, bytes: number): number;

  /** The peer's own first; whether the last one has signed itself. */
  peerCertificates(
    session: TlsSessionId,
    hasIssuers: boolean,
  ): readonly [isSelfSigned: boolean, ...der: Uint8Array[]] | undefined;
  certificate(session: TlsSessionId): Uint8Array | undefined;
  finished(session: TlsSessionId): Uint8Array | undefined;
  peerFinished(session: TlsSessionId): Uint8Array | undefined;
  session(session: TlsSessionId): Uint8Array | undefined;
  ticket(session: TlsSessionId): Uint8Array | undefined;
  isReused(session: TlsSessionId): boolean;
  verifyError(session: TlsSessionId): Error | null;
  cipher(session: TlsSessionId): readonly (string | undefined)[] | undefined;
  ephemeralKey(session: TlsSessionId): readonly [string?, string?, number?] | null;
  sharedSignatureAlgorithms(session: TlsSessionId): string[];
  exportKey(
    session: TlsSessionId,
    bytes: number,
    label: string,
    context: Uint8Array | undefined,
  ): Uint8Array;
  protocol(session: TlsSessionId): string;
  serverName(session: TlsSessionId): string | false;
  chosenProtocol(session: TlsSessionId): string | false;
}

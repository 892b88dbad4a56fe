/**
 * Functions of the addon's TLS (`drivers/node/native/tls*.cc`) that Python's `_ssl` may call, by number: the place in this
 * list. Each checks its arguments; none takes a path or leads to the host.
 */
export const tlsCalls = [
  "newContext",
  "closeContext",
  "setKey",
  "setCertificate",
  "addCa",
  "useRoots",
  "setCipherSuites",
  "setCiphers",
  "setCurves",
  "setVersions",
  "setOptions",
  "setSessionIdContext",
  "newSession",
  "closeSession",
  "checkPeer",
  "setServerName",
  "setAlpn",
  "handshake",
  "receive",
  "read",
  "write",
  "pending",
  "takeOutput",
  "shutdown",
  "verifyResult",
  "peerCertificates",
  "cipher",
  "protocol",
  "chosenProtocol",
  "serverName",
  "isReused",
  "finished",
  "peerFinished",
] as const;

export type TlsCall = (typeof tlsCalls)[number];

/** The addon's TLS as far as Python uses it. */
export type TlsFunctions = Readonly<Record<TlsCall | "setRoots", (...args: unknown[]) => unknown>>;

/**
 * `crypto`: what Node's `lib/internal/crypto` asks of OpenSSL, over bounded calls of the container's
 * public `node:crypto`. One file for each family; keys and certificates are the guest's own bytes.
 */
import type { Binding, Guest } from "../../guest/guest.js";
import { TlsEngine } from "../../guest/tls-engine.js";
import { CryptoCalls } from "./calls.js";
import { type Certificates, makeCertificates } from "./certificates.js";
import { cipherBinding } from "./ciphers.js";
import { derivationBinding } from "./derivation.js";
import { encapsulationBinding } from "./encapsulation.js";
import { exchangeBinding } from "./exchange.js";
import { generationBinding } from "./generation.js";
import { hashBinding } from "./hashes.js";
import { makeJobClass } from "./jobs.js";
import { keccakBinding } from "./keccak.js";
import { keyObjectBinding } from "./key-objects.js";
import { makeKeyObjectHandle } from "./keys.js";
import { randomBinding } from "./random.js";
import { makeSecureContexts, rootBinding, type SecureContexts } from "./secure-context.js";
import { signatureBinding } from "./signatures.js";
import { webCryptoBinding } from "./web-crypto.js";

/** The binding, and what TLS takes from it. */
export interface CryptoParts {
  readonly binding: Binding;
  readonly calls: CryptoCalls;
  readonly certificates: Certificates;
  readonly tls: ({ readonly engine: TlsEngine } & SecureContexts) | null;
}

export function makeCryptoParts(guest: Guest): CryptoParts {
  const crypto = new CryptoCalls(guest);
  const CryptoJob = makeJobClass(crypto);
  const KeyObjectHandle = makeKeyObjectHandle(crypto);
  const keyObjects = keyObjectBinding(guest, KeyObjectHandle);
  const certificates = makeCertificates(crypto, KeyObjectHandle);
  const tls = makeTls(guest, crypto);
  const binding = {
    ...hashBinding(crypto, CryptoJob),
    ...keyObjects.binding,
    ...cipherBinding(crypto),
    ...signatureBinding(crypto, CryptoJob),
    ...derivationBinding(crypto, CryptoJob),
    ...randomBinding(crypto, CryptoJob),
    ...generationBinding(crypto, CryptoJob, KeyObjectHandle, keyObjects.makeCryptoKey),
    ...exchangeBinding(crypto, CryptoJob),
    ...encapsulationBinding(crypto, CryptoJob),
    ...webCryptoBinding(crypto, CryptoJob),
    ...keccakBinding(crypto, CryptoJob),
    ...certificates.binding,
    ...rootBinding(tls?.engine ?? null),
    ...(tls ? { SecureContext: tls.SecureContext } : {}),
    // OpenSSL's engines are native code.
    setEngine: () => false,
    getFipsCrypto: () => 0,
    /** How often the mode has changed. */
    getFipsCryptoGeneration: () => 0,
    testFipsCrypto: () => false,
    setFipsCrypto(isOn: boolean) {
      if (isOn) throw guest.notImplemented("crypto", "setFipsCrypto");
    },
  };
  return { binding, calls: crypto, certificates, tls };
}

/** Null where the host's Node keeps its OpenSSL to itself: TLS then says what is missing. */
function makeTls(guest: Guest, crypto: CryptoCalls): CryptoParts["tls"] {
  const { tls: native } = guest.native;
  if (!native) return null;
  const engine = new TlsEngine(guest, native);
  engine.rootCertificates = () => crypto.call("rootCertificates") as string[];
  return { engine, ...makeSecureContexts(guest, crypto, engine) };
}

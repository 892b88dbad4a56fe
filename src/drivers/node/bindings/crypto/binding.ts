/**
 * `crypto`: what Node's `lib/internal/crypto` asks of OpenSSL, over bounded calls of the container's
 * public `node:crypto`. One file for each family; keys and certificates are the guest's own bytes.
 */
import type { Binding, Guest } from "../../guest/guest.js";
import { CryptoCalls } from "./calls.js";
import { certificateBinding } from "./certificates.js";
import { cipherBinding } from "./ciphers.js";
import { derivationBinding } from "./derivation.js";
import { exchangeBinding } from "./exchange.js";
import { generationBinding } from "./generation.js";
import { hashBinding } from "./hashes.js";
import { makeJobClass } from "./jobs.js";
import { keyBinding, makeKeyObjectHandle } from "./keys.js";
import { randomBinding } from "./random.js";
import { signatureBinding } from "./signatures.js";
import { webCryptoBinding } from "./web-crypto.js";

export function cryptoBinding(guest: Guest): Binding {
  const crypto = new CryptoCalls(guest);
  const CryptoJob = makeJobClass(crypto);
  const KeyObjectHandle = makeKeyObjectHandle(crypto);
  return {
    ...hashBinding(crypto, CryptoJob),
    ...keyBinding(KeyObjectHandle),
    ...cipherBinding(crypto),
    ...signatureBinding(crypto, CryptoJob),
    ...derivationBinding(crypto, CryptoJob),
    ...randomBinding(crypto, CryptoJob),
    ...generationBinding(crypto, CryptoJob, KeyObjectHandle),
    ...exchangeBinding(crypto, CryptoJob),
    ...webCryptoBinding(crypto, CryptoJob),
    ...certificateBinding(crypto, KeyObjectHandle),
    // OpenSSL's engines are native code.
    setEngine: () => false,
    getFipsCrypto: () => 0,
    testFipsCrypto: () => false,
    setFipsCrypto(isOn: boolean) {
      if (isOn) throw guest.notImplemented("crypto", "setFipsCrypto");
    },
  };
}

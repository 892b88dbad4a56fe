// A083: cryptography of great cost is the guest's own: it runs in the guest's process, is killed with it, and what it may make
// at once is bounded. The operations behind it take whatever a guest sends, and answer.

import { expect, test } from "vitest";
import { makeCrypto } from "../../src/drivers/node/crypto/operations.host.js";
import { Run } from "../drivers/host/probe-kernel.js";
import { bootNode, nodeInGuest } from "../drivers/node/node-kernel.js";
import { Random } from "../random.js";
import { inThreadsApart } from "./limit-probe.js";
import { underOracle } from "./universal-oracle.js";

const costs: Record<string, string> = {
  pbkdf2: "c.pbkdf2Sync('p', 's', 2 ** 31 - 1, 64, 'sha512')",
  "pbkdf2, asynchronously": "c.pbkdf2('p', 's', 2 ** 31 - 1, 64, 'sha512', () => {})",
  scrypt: "c.scryptSync('p', 's', 64, { N: 2 ** 17, r: 8, p: 2 ** 10, maxmem: 2 ** 40 })",
  "an RSA key": "c.generateKeyPairSync('rsa', { modulusLength: 16384 })",
  "a safe prime": "c.generatePrimeSync(16384, { safe: true })",
  "Diffie-Hellman's prime": "c.createDiffieHellman(10000)",
  "Web Crypto": `c.subtle.importKey('raw', Buffer.alloc(8), 'PBKDF2', false, ['deriveBits']).then((key) =>
    c.subtle.deriveBits({ name: 'PBKDF2', salt: Buffer.alloc(8), iterations: 2 ** 31 - 1, hash: 'SHA-512' }, key, 512))`,
};

test.each(Object.entries(costs))("%s is killed with its guest", async (_name, cost) => {
  await underOracle(async (saw) => {
    const kernel = await bootNode();
    const program = `const c = require('crypto'); require('fs').writeSync(1, 'on\\n'); ${cost}`;
    const run = new Run(kernel as never, "node", ["-e", program]);
    await run.says(/on\n/);
    // The kernel is not what computes.
    const { stdout } = await kernel.exec("echo still here");
    expect(stdout).toBe("still here\n");
    run.process.kill(9);
    expect(await run.exitCode).toBe(137);
    saw(run.stdout + run.stderr);
    await kernel.dispose();
  });
});

test("in threads: it is cut, or its host has to be ended, which is what threads do not promise", async () => {
  const programs = ["pbkdf2", "an RSA key"].map(
    (name) => `const c = require("crypto"); ${costs[name]}`,
  );
  const results = await inThreadsApart(programs, { wallMs: 300 }, 3000);
  const outcomes = results.flatMap((result) => result.outcomes);
  expect(outcomes).toEqual(outcomes.map(() => expect.objectContaining({ limit: "wallMs" })));
});

test("what one call may make is bounded, and the refusal is an error of Node's kind", async () => {
  const kernel = await bootNode();
  const program = `const c = require('crypto');
    for (const make of [() => c.createHash('shake256', { outputLength: 2 ** 31 }), () => c.pbkdf2Sync('p', 's', 1, 2 ** 31 - 1, 'sha1'), () => c.scryptSync('p', 's', 2 ** 31 - 1, { N: 2 }),
      () => c.scryptSync('p', 's', 8, { N: 2 ** 24, r: 64, maxmem: 2 ** 50 }), () => c.generatePrimeSync(2 ** 31 - 1), () => c.generateKeyPairSync('rsa', { modulusLength: 2 ** 31 }), () => c.generateKeyPairSync('rsa', { modulusLength: 20000 })])
      try { make(); console.log('made'); } catch (error) { console.log(error.code); }`;
  const { stdout, exitCode } = await nodeInGuest(kernel, ["-e", program]);
  const refused = "ERR_CRYPTO_OPERATION_FAILED";
  expect(stdout.trim().split("\n")).toEqual([
    ...[refused, refused, refused, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS"],
    ...[refused, refused, refused],
  ]);
  expect(exitCode).toBe(0);
});

test("every operation answers every argument", () => {
  const crypto = makeCrypto();
  const names: [string, ...string[]] = [
    "generateEcdhKeys",
    ...["importKey", "importJwk", "exportKey", "exportRaw", "exportWebSpki", "exportJwk"],
    ...["keyDetails", "checkEcKey", "sameKey", "digest", "hmac", "verifyHmac", "openHash"],
    ...["copyHash", "updateHash", "closeHash", "openHmac", "updateHmac", "closeHmac"],
    ...["openCipher", "updateCipher", "closeCipher", "setAutoPadding", "setAuthTag", "setAad"],
    ...["cipherAtOnce", "authenticatedCipherAtOnce", "cipherInfo", "signStream", "verifyStream"],
    ...["sign", "verify", "transformWithRsa", "pbkdf2", "scrypt", "checkScrypt", "hkdf"],
    ...["randomBytes", "checkPrime", "openDh", "openDhGroup", "generateDhKeys", "getOfDh"],
    ...["computeDhSecret", "setDhKey", "openEcdh", "computeEcdhSecret", "getEcdhPublicKey"],
    ...["setEcdhKey", "convertEcdhKey", "sharedSecret", "parseCertificate", "checkHost"],
    ...["legacyCertificate", "verifySpkac", "release", "constructor", "__proto__", "none"],
  ];
  const odd: [unknown, ...unknown[]] = [
    undefined,
    ...[null, true, -1, 0, 1, 2.5, 2 ** 31, Number.NaN, "", "sha256", "aes-128-gcm"],
    ...["private", "public", "der", "x".repeat(5000), "prime256v1", "modp14", "getPrime"],
    ...[new Uint8Array(0), new Uint8Array(16), new Uint8Array(40).fill(48), {}, [], 5n],
    { type: "private", der: new Uint8Array(9) },
    { key: new Uint8Array(9), format: "pem", encoding: "pkcs8", passphrase: new Uint8Array(1) },
    { kty: "EC", crv: "P-256", x: "AA", y: "AA", d: 5 },
    { __proto__: null, toString: null, valueOf: null },
  ];
  const random = new Random(83);
  for (let round = 0; round < 4000; round++) {
    const name = random.pick(names);
    const args = Array.from({ length: random.below(9) }, () => random.pick(odd));
    const answer = crypto(name, ...args);
    if (typeof answer !== "object" || !("failure" in answer)) continue;
    expect(answer.failure.message).not.toMatch(/\/(home|work|tmp|src)\//);
  }
});

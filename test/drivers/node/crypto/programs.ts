// Programs of node:crypto by family. Each prints what does not depend on chance, so that the host's Node is the oracle.

/** Prints what a function answers, or all that its error says. */
const TELL = `
const c = require('crypto');
const tell = (name, f) => {
  try { console.log(name, f()); }
  catch (e) { console.log(name, e.name, e.message, e.code, e.library, e.reason, e.opensslErrorStack, e instanceof Error); }
};
const bytes = (n, from = 0) => Buffer.from(Array.from({ length: n }, (_, i) => (i * 7 + from) & 255));
`;

const families: Record<string, string> = {
  "hashes: known vectors, copies, XOF, large and streamed": `
for (const name of ['md5', 'sha1', 'sha256', 'SHA384', 'RSA-SHA512', 'sha512-256', 'sha3-256', 'blake2b512', 'shake128', 'ripemd160', 'none'])
  tell(name, () => c.createHash(name).update('abc').digest('hex'));
tell('xof', () => c.createHash('shake256', { outputLength: 100 }).update('a').digest('base64'));
tell('length', () => c.createHash('sha256', { outputLength: 5 }));
tell('zero', () => c.createHash('shake128', { outputLength: 0 }).digest('hex'));
const h = c.createHash('sha256'); h.update('one'); const copy = h.copy(); h.update('two'); tell('copy', () => copy.digest('hex') + h.digest('hex'));
tell('again', () => h.digest()); tell('update', () => h.update('x')); tell('copied', () => h.copy());
const big = c.createHash('sha1'); for (let i = 0; i < 40; i++) big.update(bytes(40_000, i));
const bigCopy = big.copy(); big.update('é', 'utf8').update('ff', 'hex'); tell('big', () => [big.digest('hex'), bigCopy.digest('latin1').length, bigCopy]);
for (const key of ['', 'k', bytes(300), c.createSecretKey(bytes(20))]) tell('hmac', () => c.createHmac('sha256', key).update('data').digest('base64url'));
tell('bad hmac', () => c.createHmac('none', 'k')); tell('no data', () => c.createHash('sha256').update(5));
const mac = c.createHmac('sha512', 'k'); for (let i = 0; i < 30; i++) mac.update(bytes(30_000, i)); tell('big hmac', () => mac.digest('hex'));
tell('one shot', () => c.hash?.('sha1', 'abc')); tell('bad one shot', () => c.hash?.('none', 'abc'));
const s = c.createHash('md5'); s.setEncoding('hex'); s.on('data', (d) => console.log('stream', d)); s.write('a'); s.end('b');
require('stream').pipeline(require('stream').Readable.from([bytes(9), bytes(70_000)]), c.createHmac('sha1', 'k').setEncoding('hex'), async function (source) { for await (const d of source) console.log('pipeline', d); }, (e) => console.log(e));
tell('lists', () => [c.getHashes().length, c.getHashes().includes('sha256')]);`,

  "ciphers: modes, tags, additional data, padding, wrong keys": `
const turn = (name, keyLength, ivLength, options, aad, tagLength) => tell(name, () => {
  const [key, iv] = [bytes(keyLength), ivLength === null ? null : bytes(ivLength, 3)];
  const plain = bytes(45, 1);
  const e = c.createCipheriv(name, key, iv, options); if (aad) e.setAAD(Buffer.from(aad), { plaintextLength: plain.length });
  const sealed = Buffer.concat(/ccm/.test(name) ? [e.update(plain), e.final()] : [e.update(plain.subarray(0, 20)), e.update(plain.subarray(20)), e.final()]);
  const tag = tagLength ? e.getAuthTag() : undefined;
  const open = (tagGiven, k) => {
    const d = c.createDecipheriv(name, k, iv, options); if (tagGiven) d.setAuthTag(tagGiven); if (aad) d.setAAD(Buffer.from(aad), { plaintextLength: sealed.length });
    return Buffer.concat([d.update(sealed), d.final()]);
  };
  const outcomes = [open(tag, key).equals(plain)];
  if (tag) for (const wrong of [Buffer.alloc(tag.length), undefined]) try { open(wrong, key); outcomes.push('opened'); } catch (error) { outcomes.push(error.message, error.code); }
  return [sealed.toString('hex'), tag?.toString('hex'), ...outcomes];
});
turn('aes-128-cbc', 16, 16); turn('aes-256-ctr', 32, 16); turn('aes-192-ecb', 24, null); turn('AES-256-CFB8', 32, 16); turn('aes-128-ofb', 16, 16); turn('camellia-128-cbc', 16, 16);
turn('aes-256-gcm', 32, 12, undefined, 'more', 16); turn('aes-128-gcm', 16, 16, { authTagLength: 12 }, '', 12); turn('aes-128-ccm', 16, 12, { authTagLength: 8 }, 'x', 8);
turn('aes-256-ocb', 32, 12, { authTagLength: 16 }, 'x', 16); turn('chacha20-poly1305', 32, 12, { authTagLength: 16 }, 'x', 16);
for (const [name, key, iv] of [['none', '', ''], ['aes-128-cbc', 'short', ''], ['aes-128-cbc', '0123456789abcdef', 'x'], ['aes-128-gcm', '0123456789abcdef', ''], ['aes-128-ccm', '0123456789abcdef', '0123456789ab'], ['aes-128-cbc', 5, ''], ['aes-128-ecb', '0123456789abcdef', 'x']])
  tell('open ' + name, () => c.createCipheriv(name, key, iv));
const wrong = () => { const d = c.createDecipheriv('aes-128-cbc', bytes(16), bytes(16)); d.update(bytes(16)); return d; };
tell('wrong key', () => wrong().final()); tell('wrong length', () => { const d = wrong(); d.update('x'); d.final(); });
tell('no padding', () => wrong().setAutoPadding(false).final('hex'));
const e = c.createCipheriv('aes-128-gcm', bytes(16), bytes(12)); tell('early tag', () => e.getAuthTag()); e.final(); tell('tag', () => e.getAuthTag()); tell('late', () => e.update('a')); tell('late aad', () => e.setAAD(Buffer.from('a'))); tell('twice', () => e.final()); tell('padding', () => e.setAutoPadding());
tell('tag length', () => c.createDecipheriv('aes-128-gcm', bytes(16), bytes(12)).setAuthTag(bytes(17)));
tell('info', () => [c.getCipherInfo('aes-128-gcm'), c.getCipherInfo('none'), c.getCipherInfo('aes-128-cbc', { keyLength: 12 }), c.getCipherInfo(c.getCipherInfo('aes-256-cbc').nid).name, c.getCiphers().length]);
const stream = c.createCipheriv('aes-256-cbc', bytes(32), bytes(16)); const back = c.createDecipheriv('aes-256-cbc', bytes(32), bytes(16)); let total = c.createHash('sha1');
require('stream').pipeline(require('stream').Readable.from(Array.from({ length: 30 }, (_, i) => bytes(9_999, i))), stream, back, total, () => console.log('stream', total.digest('hex')));
const bad = c.createDecipheriv('aes-256-cbc', bytes(32), bytes(16)); bad.on('error', (error) => console.log('stream error', error.code)); bad.end(bytes(10)); bad.resume();`,

  "keys: import, export, JWK, details, comparison, passphrases": `
const pair = c.generateKeyPairSync('rsa', { modulusLength: 1024, publicExponent: 3 });
console.log(pair.publicKey.type, pair.privateKey.asymmetricKeyType, pair.privateKey.asymmetricKeyDetails, pair.privateKey);
for (const [k, types] of [[pair.publicKey, ['spki', 'pkcs1']], [pair.privateKey, ['pkcs8', 'pkcs1']]]) for (const type of types) for (const format of ['pem', 'der']) tell(type + format, () => {
  const out = k.export({ type, format }); const again = (k.type === 'public' ? c.createPublicKey : c.createPrivateKey)({ key: out, type, format });
  return [typeof out, again.equals(k), again.type];
});
tell('locked', () => { const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }); console.log(pem.split('\\n')[0]);
  tell('wrong', () => c.createPrivateKey({ key: pem, passphrase: 'wrong' })); tell('none', () => c.createPrivateKey(pem)); return c.createPrivateKey({ key: pem, passphrase: 'secret' }).equals(pair.privateKey); });
tell('cipher', () => pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'none', passphrase: 'x' }));
const jwk = pair.privateKey.export({ format: 'jwk' }); console.log(Object.keys(jwk), c.createPrivateKey({ key: jwk, format: 'jwk' }).equals(pair.privateKey), c.createPublicKey({ key: jwk, format: 'jwk' }).equals(pair.publicKey), c.createPublicKey(pair.privateKey).equals(pair.publicKey));
for (const namedCurve of ['P-256', 'secp384r1', 'secp256k1', 'secp521r1', 'brainpoolP256r1']) tell(namedCurve, () => { const k = c.generateKeyPairSync('ec', { namedCurve }); const j = tryJwk(k.privateKey);
  return [k.publicKey.asymmetricKeyDetails, Object.keys(j), k.privateKey.export({ type: 'sec1', format: 'pem' }).split('\\n')[0]]; });
function tryJwk(k) { try { return k.export({ format: 'jwk' }); } catch (e) { return { [e.message]: 1 }; } }
for (const type of ['ed25519', 'ed448', 'x25519', 'x448']) tell(type, () => { const k = c.generateKeyPairSync(type); return [k.publicKey.asymmetricKeyType, k.publicKey.export({ format: 'jwk' }).crv, c.createPublicKey(k.privateKey).equals(k.publicKey), k.privateKey.export({ type: 'pkcs8', format: 'der' }).length]; });
tell('pss', () => c.generateKeyPairSync('rsa-pss', { modulusLength: 1024, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha1', saltLength: 20 }).privateKey.asymmetricKeyDetails);
tell('dsa', () => c.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey.asymmetricKeyDetails);
tell('dh', () => c.generateKeyPairSync('dh', { group: 'modp14' }).publicKey.asymmetricKeyType);
const secret = c.createSecretKey(bytes(16)); console.log(secret, secret.symmetricKeySize, secret.export().toString('hex'), secret.export({ format: 'jwk' }), secret.equals(c.createSecretKey(bytes(16))), secret.equals(c.createSecretKey(bytes(17))), secret.equals(pair.publicKey));
for (const bad of ['', 'x', '-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----', { key: bytes(30), format: 'der', type: 'spki' }, { key: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }, format: 'jwk' }, null, secret]) { tell('bad public', () => c.createPublicKey(bad)); tell('bad private', () => c.createPrivateKey(bad)); }
for (const [type, options] of [['rsa', { modulusLength: 1 }], ['rsa', { modulusLength: 512, publicExponent: 2 }], ['ec', { namedCurve: 'none' }], ['dh', { group: 'none' }], ['rsa-pss', { modulusLength: 512, hashAlgorithm: 'none' }], ['none'], ['dh', { prime: Buffer.alloc(0) }]]) tell('bad ' + type, () => c.generateKeyPairSync(type, options));
tell('encoded', () => { const k = c.generateKeyPairSync('ec', { namedCurve: 'P-256', publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'pem', type: 'sec1', cipher: 'aes-128-cbc', passphrase: 'p' } }); return [Object.keys(k.publicKey), k.privateKey.split('\\n').slice(0, 2)]; });
tell('generateKey', () => [c.generateKeySync('aes', { length: 192 }).symmetricKeySize, c.generateKeySync('hmac', { length: 123 }).symmetricKeySize]);
// One after the other: side by side they have no order.
c.generateKeyPair('ed25519', (error, publicKey, privateKey) => { console.log('async', error, publicKey.type, privateKey.type);
c.generateKeyPair('rsa', { modulusLength: 1 }, (error) => { console.log('async error', error.message, error.code);
require('util').promisify(c.generateKeyPair)('ec', { namedCurve: 'P-256' }).then((k) => console.log(Object.keys(k))); }); });`,

  "signatures: streams, one shot, PSS, P1363, verdicts, errors": `
const keys = { rsa: c.generateKeyPairSync('rsa', { modulusLength: 1024 }), ec: c.generateKeyPairSync('ec', { namedCurve: 'P-256' }), ed: c.generateKeyPairSync('ed25519'), dsa: c.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }) };
const PSS = c.constants.RSA_PKCS1_PSS_PADDING;
for (const [name, k] of Object.entries(keys)) for (const digest of ['sha256', 'sha1', null, 'none']) tell(name + digest, () => {
  const s = c.sign(digest, bytes(50), k.privateKey);
  return [c.verify(digest, bytes(50), k.publicKey, s), c.verify(digest, bytes(51), k.publicKey, s), c.verify(digest, bytes(50), k.privateKey, s), name === 'rsa' || name === 'ed' ? s.length : ''];
});
for (const [name, k] of Object.entries(keys)) tell('stream ' + name, () => { const s = c.createSign('SHA256').update('a').update(bytes(1000)).sign(k.privateKey.export({ type: 'pkcs8', format: 'pem' }), 'base64');
  return [c.createVerify('sha256').update('a').update(bytes(1000)).verify(k.publicKey, s, 'base64'), c.createVerify('sha256').update('b').verify(k.publicKey, s, 'base64')]; });
for (const saltLength of [0, 20, -1, -2, 200]) tell('pss ' + saltLength, () => { const s = c.sign('sha256', bytes(3), { key: keys.rsa.privateKey, padding: PSS, saltLength }); return [c.verify('sha256', bytes(3), { key: keys.rsa.publicKey, padding: PSS, saltLength }, s), c.verify('sha256', bytes(3), { key: keys.rsa.publicKey, padding: PSS, saltLength: 7 }, s)]; });
tell('p1363', () => { const s = c.sign('sha256', bytes(3), { key: keys.ec.privateKey, dsaEncoding: 'ieee-p1363' }); return [s.length, c.verify('sha256', bytes(3), { key: keys.ec.publicKey, dsaEncoding: 'ieee-p1363' }, s), c.verify('sha256', bytes(3), keys.ec.publicKey, s)]; });
tell('rsa is known', () => c.sign('sha256', Buffer.from('fixed'), c.createPrivateKey({ key: KNOWN, format: 'jwk' })).toString('hex'));
tell('ed is known', () => c.sign(null, Buffer.alloc(0), c.createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A' }, format: 'jwk' })).toString('hex'));
tell('bad digest', () => c.createSign('none')); tell('no key', () => c.createSign('sha1').sign()); tell('public', () => c.createSign('sha1').sign(keys.rsa.publicKey)); tell('bad padding', () => c.sign('sha1', bytes(2), { key: keys.rsa.privateKey, padding: 99 })); tell('bad pem', () => c.sign('sha1', bytes(2), 'pem'));
c.sign('sha256', bytes(2), keys.ec.privateKey, (error, s) => c.verify('sha256', bytes(2), keys.ec.publicKey, s, (e, ok) => console.log('async', error, e, ok)));
for (const padding of [c.constants.RSA_PKCS1_PADDING, c.constants.RSA_PKCS1_OAEP_PADDING]) tell('crypt ' + padding, () => { const sealed = c.publicEncrypt({ key: keys.rsa.publicKey, padding, oaepHash: 'sha256', oaepLabel: 'l' }, bytes(9)); return padding === 4 && [c.privateDecrypt({ key: keys.rsa.privateKey, padding, oaepHash: 'sha256', oaepLabel: 'l' }, sealed).equals(bytes(9)), sealed.length]; });
tell('private', () => c.publicDecrypt(keys.rsa.publicKey, c.privateEncrypt(keys.rsa.privateKey, bytes(9))).equals(bytes(9)));
tell('tampered', () => c.privateDecrypt(keys.rsa.privateKey, bytes(128))); tell('too long', () => c.publicEncrypt(keys.rsa.publicKey, bytes(500))); tell('wrong type', () => c.publicEncrypt(keys.ec.publicKey, bytes(5)));
const token = (() => { const part = (o) => Buffer.from(JSON.stringify(o)).toString('base64url'); const body = part({ alg: 'ES256', typ: 'JWT' }) + '.' + part({ sub: 'me' });
  return body + '.' + c.createSign('SHA256').update(body).sign({ key: keys.ec.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'); })();
const [head, body, signature] = token.split('.'); console.log('jwt', JSON.parse(Buffer.from(body, 'base64url')), c.createVerify('SHA256').update(head + '.' + body).verify({ key: keys.ec.publicKey, dsaEncoding: 'ieee-p1363' }, signature, 'base64url'));`,

  "exchange: Diffie-Hellman, groups, curves": `
const prime = c.getDiffieHellman('modp14').getPrime(); const [a, b] = [c.createDiffieHellman(prime), c.createDiffieHellman(prime)]; a.generateKeys(); b.generateKeys('hex');
console.log(a.computeSecret(b.getPublicKey()).equals(b.computeSecret(a.getPublicKey('base64'), 'base64')), a.verifyError, a.getGenerator('hex'), a.getPrime('hex') === prime.toString('hex'), Object.keys(a));
tell('set', () => { const d = c.createDiffieHellman('ff', 'hex'); d.setPrivateKey('05', 'hex'); d.setPublicKey('06', 'hex'); return [d.getPrivateKey('hex'), d.getPublicKey('hex'), d.verifyError]; });
for (const bad of [1, -1, 20000, Buffer.alloc(0), {}]) tell('bad', () => c.createDiffieHellman(bad)); tell('generator', () => c.createDiffieHellman(prime, 0)); tell('generator', () => c.createDiffieHellman(prime, Buffer.from([1])));
tell('group', () => c.getDiffieHellman('none')); tell('no keys', () => c.createDiffieHellman(prime).getPublicKey()); tell('secret', () => a.computeSecret(Buffer.alloc(0))); tell('group keys', () => c.getDiffieHellman('modp5').generateKeys().length > 100); tell('no set', () => c.getDiffieHellman('modp5').setPrivateKey);
for (const curve of ['prime256v1', 'secp521r1', 'secp256k1']) { const [x, y] = [c.createECDH(curve), c.createECDH(curve)]; x.generateKeys(); y.generateKeys(); console.log(curve, x.computeSecret(y.getPublicKey()).equals(y.computeSecret(x.getPublicKey(null, 'compressed'))), x.getPublicKey('hex', 'compressed').length, x.getPublicKey(null, 'hybrid').length);
  console.log(c.ECDH.convertKey(x.getPublicKey(), curve, undefined, 'hex', 'compressed') === x.getPublicKey('hex', 'compressed')); }
const known = c.createECDH('secp256k1'); known.setPrivateKey('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex'); console.log(known.getPublicKey('hex'), known.getPrivateKey('hex'));
tell('curve', () => c.createECDH('none')); tell('key', () => known.computeSecret(bytes(65))); tell('private', () => known.setPrivateKey(Buffer.alloc(32))); tell('none', () => c.createECDH('secp256k1').getPublicKey()); tell('convert', () => c.ECDH.convertKey(bytes(3), 'secp256k1')); tell('format', () => known.getPublicKey('hex', 'x'));
for (const [type, options] of [['x25519'], ['x448'], ['ec', { namedCurve: 'P-384' }], ['dh', { group: 'modp14' }]]) { const [p, q] = [c.generateKeyPairSync(type, options), c.generateKeyPairSync(type, options)]; console.log(type, c.diffieHellman({ privateKey: p.privateKey, publicKey: q.publicKey }).equals(c.diffieHellman({ privateKey: q.privateKey, publicKey: p.publicKey }))); }
tell('mixed', () => c.diffieHellman({ privateKey: c.generateKeyPairSync('x25519').privateKey, publicKey: c.generateKeyPairSync('x448').publicKey })); tell('curves', () => c.getCurves().length);`,

  "derivation and chance: PBKDF2, scrypt, HKDF, primes, random numbers": `
for (const digest of ['sha1', 'sha512', 'none']) tell('pbkdf2 ' + digest, () => c.pbkdf2Sync('password', 'salt', 1000, 40, digest).toString('hex')); tell('empty', () => c.pbkdf2Sync('', '', 1, 0, 'sha1'));
for (const options of [undefined, { N: 1024, r: 8, p: 2 }, { N: 3 }, { N: 2 ** 20 }, { cost: 16, blockSize: 1, parallelization: 1, maxmem: 9 ** 9 }, { N: 1 }, { N: 2 ** 31, r: 2 ** 31, p: 2 ** 31 }, { N: 16, p: 2 ** 30 }, { maxmem: 2 ** 40, N: 16 }]) tell('scrypt', () => c.scryptSync('password', 'NaCl', 32, options).toString('hex'));
tell('hkdf', () => Buffer.from(c.hkdfSync('sha256', bytes(22), bytes(13), bytes(10), 42)).toString('hex')); tell('hkdf none', () => c.hkdfSync('none', '', '', '', 1)); tell('hkdf long', () => c.hkdfSync('sha1', '', '', '', 255 * 20 + 1)); tell('hkdf key', () => c.hkdfSync('sha1', c.createSecretKey(bytes(8)), '', '', 20).byteLength);
c.pbkdf2('p', 's', 10, 8, 'sha1', (e, k) => { console.log('pbkdf2', e, k); c.scrypt('p', 's', 8, { N: 2 }, (e, k) => { console.log('scrypt', e, k); c.hkdf('sha1', 'k', 's', 'i', 8, (e, k) => { console.log('hkdf', e, k); c.generatePrime(24, (e, p) => c.checkPrime(p, (e2, ok) => { console.log('prime', e, e2, ok, p.byteLength); c.randomFill(half, 5, (e, b) => console.log('fill', e, b === half, half.subarray(0, 5))); })); }); }); });
tell('sync throw', () => c.pbkdf2('p', 's', 10, 8, 'none', () => {})); tell('sync throw', () => c.scrypt('p', 's', 8, { N: 3 }, () => {}));
tell('prime', () => [c.checkPrimeSync(c.generatePrimeSync(64)), c.checkPrimeSync(c.generatePrimeSync(40, { safe: true, bigint: true })), c.checkPrimeSync(15n), c.checkPrimeSync(Buffer.from([13])), c.generatePrimeSync(16, { add: 12n, rem: 11n, bigint: true }) % 12n]);
tell('add', () => c.generatePrimeSync(3, { add: 40n })); tell('rem', () => c.generatePrimeSync(8, { add: 40n, rem: 41n }));
tell('random', () => [c.randomBytes(3_000_000).length, c.randomBytes(0).length, new Set(Array.from({ length: 50 }, () => c.randomUUID())).size, c.randomInt(5) < 5, c.randomFillSync(new Uint32Array(3), 1).length, c.getRandomValues(new Uint8Array(4)).length]);
const half = Buffer.alloc(10); tell('equal', () => [c.timingSafeEqual(bytes(3), bytes(3)), c.timingSafeEqual(bytes(3), bytes(3, 1))]); tell('equal', () => c.timingSafeEqual(bytes(3), bytes(4))); tell('equal', () => c.timingSafeEqual('a', 'b'));
tell('state', () => [c.getFips(), c.secureHeapUsed(), c.webcrypto === globalThis.crypto]); tell('engine', () => c.setEngine('none'));`,

  "certificates: X.509, roots, SPKAC": `
const x = new c.X509Certificate(PEM); console.log(x); for (const key of ['raw', 'serialNumber', 'ca', 'fingerprint512', 'infoAccess', 'keyUsage', 'issuerCertificate']) console.log(key, x[key]);
console.log(x.publicKey.asymmetricKeyDetails, x.toString() === x.toJSON(), x.checkHost('example.org'), x.checkHost('none.org'), x.checkHost('a.example.org', { wildcards: false }), x.checkIP('127.0.0.1'), x.checkIP('::2'), x.checkEmail('a@b.c'), x.checkIssued(x), x.verify(x.publicKey));
console.log(x.checkPrivateKey(c.createPrivateKey(KEY)), x.checkPrivateKey(c.generateKeyPairSync('ed25519').privateKey), c.createPublicKey(PEM).equals(x.publicKey)); console.log(x.toLegacyObject());
tell('bad', () => new c.X509Certificate('x')); tell('bad', () => new c.X509Certificate(bytes(40))); tell('type', () => x.checkHost(5));
const tls = require('tls'); console.log(tls.rootCertificates.length, new c.X509Certificate(tls.rootCertificates[0]).subject, tls.getCiphers().length);
tell('spkac', () => [c.Certificate.verifySpkac('x'), c.Certificate.exportChallenge('x'), c.Certificate.exportPublicKey('x')]);`,

  "keys and certificates in messages": `
const { port1, port2 } = new MessageChannel(); const pair = c.generateKeyPairSync('ed25519'); const secret = c.createSecretKey(bytes(5)); const x = new c.X509Certificate(PEM);
port2.on('message', async ({ all: [s, priv, pub, cert, web], again }) => {
  console.log(s.equals(secret), priv.equals(pair.privateKey), pub.equals(pair.publicKey), cert.subject === x.subject, cert instanceof c.X509Certificate, s instanceof c.KeyObject, again === s, web.algorithm, web.usages, s);
  console.log(c.verify(null, bytes(4), pub, c.sign(null, bytes(4), priv)), Buffer.from(await c.subtle.exportKey('raw', web))); port2.close(); });
c.subtle.importKey('raw', bytes(16), 'AES-CBC', true, ['encrypt']).then((web) => { port1.postMessage({ all: [secret, pair.privateKey, pair.publicKey, x, web], again: secret }); console.log(structuredClone(pair.publicKey).equals(pair.publicKey)); });`,

  "Web Crypto: every algorithm, there and back": `
const { subtle } = c.webcrypto; const data = bytes(100); const hex = (b) => Buffer.from(b).toString('hex'); const say = async (name, f) => { try { console.log(name, await f()); } catch (e) { console.log(name, e.name, e.message, e.code, e.cause?.message, e.cause?.code); } };
(async () => {
  for (const name of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'none']) await say(name, async () => hex(await subtle.digest(name, data)));
  const raw = (name, usages, length = 16) => subtle.importKey('raw', bytes(length), name, true, usages);
  for (const [name, parameters] of [['AES-CBC', { iv: bytes(16) }], ['AES-CTR', { counter: bytes(16), length: 64 }], ['AES-CTR', { counter: Buffer.alloc(16, 255), length: 3 }], ['AES-CTR', { counter: bytes(16), length: 1 }], ['AES-GCM', { iv: bytes(12), additionalData: bytes(5) }], ['AES-GCM', { iv: bytes(12), tagLength: 96 }]]) await say(name, async () => {
    const key = await raw(name, ['encrypt', 'decrypt']); const sealed = await subtle.encrypt({ name, ...parameters }, key, data); const opened = await subtle.decrypt({ name, ...parameters }, key, sealed);
    await say('tampered', () => subtle.decrypt({ name: 'AES-GCM', iv: bytes(12) }, key, bytes(40))); return [hex(sealed), hex(opened) === hex(data)]; });
  await say('AES-KW', async () => { const kw = await raw('AES-KW', ['wrapKey', 'unwrapKey']); const inner = await raw('AES-GCM', ['encrypt'], 32); const w = await subtle.wrapKey('raw', inner, kw, 'AES-KW'); const u = await subtle.unwrapKey('raw', w, kw, 'AES-KW', 'AES-GCM', true, ['encrypt']); return [hex(w), hex(await subtle.exportKey('raw', u))]; });
  await say('HMAC', async () => { const key = await subtle.importKey('raw', bytes(20), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']); const s = await subtle.sign('HMAC', key, data); return [hex(s), await subtle.verify('HMAC', key, s, data), await subtle.verify('HMAC', key, bytes(32), data), await subtle.exportKey('jwk', key)]; });
  for (const name of ['RSASSA-PKCS1-v1_5', 'RSA-PSS']) await say(name, async () => { const k = await subtle.generateKey({ name, modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify']); const s = await subtle.sign({ name, saltLength: 20 }, k.privateKey, data);
    const again = await subtle.importKey('jwk', await subtle.exportKey('jwk', k.publicKey), { name, hash: 'SHA-256' }, true, ['verify']); return [s.byteLength, await subtle.verify({ name, saltLength: 20 }, again, s, data), await subtle.verify({ name, saltLength: 20 }, k.publicKey, s, bytes(3)), k.privateKey.algorithm, (await subtle.exportKey('spki', k.publicKey)).byteLength]; });
  await say('RSA-OAEP', async () => { const name = 'RSA-OAEP'; const k = await subtle.generateKey({ name, modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-1' }, true, ['encrypt', 'decrypt']); return hex(await subtle.decrypt({ name, label: bytes(2) }, k.privateKey, await subtle.encrypt({ name, label: bytes(2) }, k.publicKey, bytes(8)))); });
  for (const namedCurve of ['P-256', 'P-384', 'P-521']) await say(namedCurve, async () => { const k = await subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']); const s = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, k.privateKey, data); const point = await subtle.exportKey('raw', k.publicKey); const again = await subtle.importKey('raw', point, { name: 'ECDSA', namedCurve }, true, ['verify']);
    const d = await Promise.all([0, 1].map(() => subtle.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveBits']))); const bits = await Promise.all([0, 1].map((i) => subtle.deriveBits({ name: 'ECDH', public: d[1 - i].publicKey }, d[i].privateKey, null)));
    return [s.byteLength, point.byteLength, await subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, again, s, data), hex(bits[0]) === hex(bits[1]), Object.keys(await subtle.exportKey('jwk', k.privateKey))]; });
  await say('Ed25519', async () => { const k = await subtle.generateKey('Ed25519', true, ['sign', 'verify']); const s = await subtle.sign('Ed25519', k.privateKey, data); return [await subtle.verify('Ed25519', k.publicKey, s, data), (await subtle.exportKey('raw', k.publicKey)).byteLength, (await subtle.exportKey('pkcs8', k.privateKey)).byteLength]; });
  await say('X25519', async () => { const d = await Promise.all([0, 1].map(() => subtle.generateKey('X25519', true, ['deriveBits']))); const bits = await Promise.all([0, 1].map((i) => subtle.deriveBits({ name: 'X25519', public: d[1 - i].publicKey }, d[i].privateKey, 128))); return hex(bits[0]) === hex(bits[1]); });
  for (const [name, parameters] of [['PBKDF2', { salt: bytes(8), iterations: 100, hash: 'SHA-256' }], ['HKDF', { salt: bytes(8), info: bytes(2), hash: 'SHA-512' }]]) await say(name, async () => { const base = await subtle.importKey('raw', bytes(9), name, false, ['deriveBits', 'deriveKey']); const key = await subtle.deriveKey({ name, ...parameters }, base, { name: 'AES-CBC', length: 256 }, true, ['encrypt']); return [hex(await subtle.deriveBits({ name, ...parameters }, base, 256)), hex(await subtle.exportKey('raw', key)), key]; });
  await say('refused', () => subtle.importKey('spki', bytes(40), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify'])); await say('not extractable', async () => subtle.exportKey('raw', await subtle.importKey('raw', bytes(16), 'AES-CBC', false, ['encrypt']))); await say('usage', () => raw('AES-CBC', ['sign']));
})();`,
};

/** A self-signed certificate with its key, and an RSA key as JWK: made for these programs alone. */
export interface Fixtures {
  readonly certificate: string;
  readonly key: string;
  readonly jwk: string;
}

export function programs(fixtures: Fixtures): [string, string][] {
  const head = `${TELL}const PEM = ${JSON.stringify(fixtures.certificate)}, KEY = ${JSON.stringify(fixtures.key)}, KNOWN = ${fixtures.jwk};`;
  return Object.entries(families).map(([name, source]) => [name, head + source]);
}

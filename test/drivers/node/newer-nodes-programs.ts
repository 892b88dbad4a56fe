// Programs for Nodes newer than 20. Each prints what is not of one run.

const TRIED =
  "const tried = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };\n";

export const since22: Readonly<Record<string, string>> = {
  "a WebAssembly memory is not to be moved": `${TRIED}
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    tried(() => structuredClone(buffer, { transfer: [buffer] }));
    tried(() => new MessageChannel().port1.postMessage(buffer, [buffer]));
    console.log(buffer.byteLength, structuredClone(buffer).byteLength);`,
  "windows-1252": `console.log(new TextDecoder('latin1').decode(Buffer.from([0x80, 0x41, 0xe9])));`,
  "what assert evaluated": `const assert = require('assert');
    for (const f of [() => assert(1 === 2), () => assert.ok(typeof 123 === 'string'), () => assert.ok(null, undefined), () => assert.equal(1, 2)])
      try { f(); } catch (error) { console.log(error.message, error.generatedMessage); }`,
};

export const since24: Readonly<Record<string, string>> = {
  URLPattern: `${TRIED}
    const pattern = new URLPattern('/books/:id', 'https://example.com');
    console.log(pattern.test('https://example.com/books/1'), pattern.exec('https://example.com/books/12'), pattern);
    for (const part in pattern) console.log(part, typeof pattern[part] === 'function' || pattern[part]);
    const more = new URLPattern({ pathname: '/(\\\\d+)/:x?/*' }); console.log(more.hasRegExpGroups, more.exec({ pathname: '/12/a/b', baseURL: 'http://zz/' }));
    tried(() => more.exec('/12/q/r', 'http://a/').pathname.groups.x); tried(() => more.test(new URL('http://a/12/b/c'))); tried(() => more.exec('nope'));
    for (const args of [[], [5], [null], ['/a'], ['/a', 5], ['/a', 'http://x', 5], ['/a', undefined], ['/a', 'nope'], [{ pathname: '/([a' }], [{ pathname: '/:a/:a' }], [{ pathname: 5 }],
      [{ get pathname() { throw new RangeError('mine'); } }], [new URL('http://a/b')]]) tried(() => new URLPattern(...args).pathname);
    tried(() => URLPattern()); tried(() => more.exec(5)); tried(() => more.exec('/', 5)); tried(() => more.exec({ pathname: '/' }, 'http://x')); tried(() => more.exec.call({}, 'x'));
    tried(() => new URLPattern({ pathname: '/A/:b' }, { ignoreCase: true }).test({ pathname: '/a/x' })); tried(() => structuredClone(more));
    class Own extends URLPattern { get own() { return 1; } } const own = new Own('/a', 'http://x'); console.log(own.own, own.pathname, own instanceof URLPattern);`,
  Argon2: `${TRIED} const { argon2, argon2Sync, subtle } = require('crypto'); const nonce = Buffer.alloc(16, 1);
    for (const kind of ['argon2d', 'argon2i', 'argon2id']) console.log(argon2Sync(kind, { message: 'm', nonce, parallelism: 2, tagLength: 32, memory: 64, passes: 2, secret: 's', associatedData: 'a' }).toString('hex'));
    for (const bad of [{ memory: 2 }, { passes: 0 }, { parallelism: 0 }, { nonce: Buffer.alloc(3) }, { tagLength: 3 }]) tried(() => argon2Sync('argon2i', { message: '', nonce, parallelism: 1, tagLength: 4, memory: 8, passes: 1, ...bad }));
    argon2('argon2id', { message: 'm', nonce, parallelism: 1, tagLength: 16, memory: 64, passes: 1 }, async (error, tag) => { console.log(error, tag);
      const key = await subtle.importKey('raw-secret', Buffer.from('password'), 'Argon2id', false, ['deriveBits']);
      console.log(Buffer.from(await subtle.deriveBits({ name: 'Argon2id', nonce, parallelism: 1, memory: 64, passes: 2 }, key, 256)).toString('hex')); });`,
  "key encapsulation": `${TRIED} const c = require('crypto');
    for (const [type, options] of [['x25519'], ['x448'], ['ec', { namedCurve: 'P-256' }], ['rsa', { modulusLength: 2048 }]]) {
      const { publicKey, privateKey } = c.generateKeyPairSync(type, options); const { sharedKey, ciphertext } = c.encapsulate(publicKey);
      console.log(type, Buffer.isBuffer(sharedKey), sharedKey.length, ciphertext.length, c.decapsulate(privateKey, ciphertext).equals(sharedKey)); tried(() => c.decapsulate(privateKey, Buffer.alloc(5)));
      c.encapsulate(publicKey.export({ type: 'spki', format: 'pem' }), (error, made) => c.decapsulate(privateKey, made.ciphertext, (error, secret) => console.log(type, error, secret.equals(made.sharedKey)))); }
    tried(() => c.encapsulate(c.generateKeyPairSync('ed25519').publicKey));`,
  "Web Crypto with Keccak and ChaCha20-Poly1305": `const { subtle } = crypto; const data = Buffer.from('data'); const key = (name, usages) => subtle.importKey('raw-secret', Buffer.alloc(32, 7), name, true, usages);
    const show = async (f) => { try { const made = await f(); console.log(made instanceof ArrayBuffer ? Buffer.from(made).toString('hex') : made); } catch (error) { console.log(error.name, error.message, error.cause?.message); } };
    (async () => {
      for (const [name, more] of [['cSHAKE128'], ['cSHAKE128', { outputLength: 251 }], ['cSHAKE256', { functionName: Buffer.from('KMAC'), customization: data }], ['cSHAKE256', { functionName: data }], ['TurboSHAKE128'],
        ['TurboSHAKE256', { domainSeparation: 5 }], ['KT128'], ['KT256', { outputLength: 264, customization: data }], ['SHA3-256']]) await show(() => subtle.digest({ name, outputLength: 256, ...more }, data));
      for (const name of ['KMAC128', 'KMAC256']) { const secret = await key(name, ['sign', 'verify']); const how = { name, outputLength: 256, customization: data }; const signature = await subtle.sign(how, secret, data);
        await show(() => signature); await show(() => subtle.verify(how, secret, signature, data)); await show(() => subtle.verify({ name, outputLength: 256 }, secret, signature, data)); }
      const secret = await key('ChaCha20-Poly1305', ['encrypt', 'decrypt']); const how = { name: 'ChaCha20-Poly1305', iv: Buffer.alloc(12), additionalData: data }; const made = await subtle.encrypt(how, secret, data);
      await show(() => made); await show(() => subtle.decrypt(how, secret, made)); await show(() => subtle.decrypt({ ...how, additionalData: undefined }, secret, made)); await show(() => subtle.decrypt(how, secret, data));
    })();`,
};

// Programs for Nodes newer than 20. Each prints what is not of one run.

const TRIED =
  "const tried = (f) => { try { console.log(f()); } catch (e) { console.log(e.name, e.code, e.message); } };\n";

export const since22: Readonly<Record<string, string>> = {
  "a WebAssembly memory is not to be moved": `${TRIED}
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    tried(() => structuredClone(buffer, { transfer: [buffer] }));
    tried(() => new MessageChannel().port1.postMessage(buffer, [buffer]));
    console.log(buffer.byteLength, structuredClone(buffer).byteLength);`,
  "packages without exports": `const fs = require('fs'); const path = require('path');
    for (const [name, json, file] of [['none', '{}', 'index.js'], ['named', '{"main":"lib/x"}', 'lib/x.js'], ['folder', '{"main":"lib"}', 'lib/index.js'], ['gone', '{"main":"nope"}', 'index.js'], ['empty', '{}', 'other.js']]) {
      const folder = path.join(__dirname, 'node_modules', name); fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true }); fs.writeFileSync(path.join(folder, 'package.json'), json); fs.writeFileSync(path.join(folder, file), 'module.exports = __filename.slice(-16)'); }
    (async () => { for (const name of ['none', 'named', 'folder', 'gone', 'empty']) try { console.log((await import(name)).default); } catch (error) { console.log(error.code, error.message.replaceAll(__dirname, '')); } })();`,
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
  // The callbacks have no order: the calls run side by side.
  "key encapsulation": `${TRIED} const c = require('crypto'); const told = []; process.on('exit', () => console.log(told.sort()));
    for (const [type, options] of [['x25519'], ['x448'], ['ec', { namedCurve: 'P-256' }], ['rsa', { modulusLength: 2048 }]]) {
      const { publicKey, privateKey } = c.generateKeyPairSync(type, options); const { sharedKey, ciphertext } = c.encapsulate(publicKey);
      console.log(type, Buffer.isBuffer(sharedKey), sharedKey.length, ciphertext.length, c.decapsulate(privateKey, ciphertext).equals(sharedKey)); tried(() => c.decapsulate(privateKey, Buffer.alloc(5)));
      c.encapsulate(publicKey.export({ type: 'spki', format: 'pem' }), (error, made) => c.decapsulate(privateKey, made.ciphertext, (error, secret) => told.push([type, error, secret.equals(made.sharedKey)].join()))); }
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
  "keys against quantum computers, and bare ones": `${TRIED} const c = require('crypto'); const { subtle } = c; const seed = Buffer.alloc(64, 3);
    { const key = c.createPrivateKey({ key: seed, format: 'raw-seed', asymmetricKeyType: 'ml-kem-768' }); const open = c.createPublicKey(key); const { sharedKey, ciphertext } = c.encapsulate(open);
      console.log(open.export({ format: 'raw-public' }).toString('hex'), key.export({ format: 'raw-seed' }), key.export({ format: 'jwk' }), key.export({ format: 'pem', type: 'pkcs8' }), c.decapsulate(key, ciphertext).equals(sharedKey));
      console.log(c.createPrivateKey({ key: key.export({ format: 'jwk' }), format: 'jwk' }).equals(key), c.createPublicKey({ key: open.export({ format: 'raw-public' }), format: 'raw-public', asymmetricKeyType: 'ml-kem-768' }).equals(open));
      tried(() => key.export({ format: 'raw-private' })); tried(() => c.sign(null, seed, key)); }
    { const key = c.createPrivateKey({ key: Buffer.alloc(32, 4), format: 'raw-seed', asymmetricKeyType: 'ml-dsa-65' }); const open = c.createPublicKey(key); const context = Buffer.from('c'); const signature = c.sign(null, seed, { key, context });
      console.log(signature.length, c.verify(null, seed, { key: open, context }, signature), c.verify(null, seed, open, signature)); }
    for (const type of ['ml-kem-512', 'ml-dsa-44', 'slh-dsa-sha2-128f', 'ed25519']) { const { publicKey, privateKey } = c.generateKeyPairSync(type); console.log(publicKey.asymmetricKeyType, publicKey.export({ format: 'raw-public' }).length);
      for (const format of ['raw-seed', 'raw-private']) tried(() => privateKey.export({ format }).length); }
    { const { publicKey, privateKey } = c.generateKeyPairSync('ec', { namedCurve: 'P-256' }); const named = { asymmetricKeyType: 'ec', namedCurve: 'P-256' }; const bare = { key: privateKey.export({ format: 'raw-private' }), format: 'raw-private', ...named };
      console.log(publicKey.export({ format: 'raw-public' }).length, c.createPrivateKey(bare).equals(privateKey), c.verify('sha256', seed, publicKey, c.sign('sha256', seed, bare)));
      console.log(c.createPublicKey({ key: publicKey.export({ format: 'raw-public', type: 'compressed' }), format: 'raw-public', ...named }).equals(publicKey)); tried(() => c.createPublicKey({ key: Buffer.alloc(5), format: 'raw-public', ...named })); }
    (async () => {
      const pair = await subtle.generateKey('ML-KEM-768', true, ['encapsulateBits', 'decapsulateBits']); const made = await subtle.encapsulateBits('ML-KEM-768', pair.publicKey);
      console.log(Buffer.from(await subtle.decapsulateBits('ML-KEM-768', pair.privateKey, made.ciphertext)).equals(Buffer.from(made.sharedKey)));
      for (const [format, key] of [['raw-public', pair.publicKey], ['raw-seed', pair.privateKey], ['spki', pair.publicKey], ['pkcs8', pair.privateKey], ['jwk', pair.privateKey]]) {
        const out = await subtle.exportKey(format, key); console.log(format, out.byteLength ?? Object.keys(out)); await subtle.importKey(format, out, 'ML-KEM-768', true, key.usages); }
      const signer = await subtle.generateKey('ML-DSA-44', true, ['sign', 'verify']); const how = { name: 'ML-DSA-44', context: seed }; const signature = await subtle.sign(how, signer.privateKey, seed);
      console.log(await subtle.verify(how, signer.publicKey, signature, seed), await subtle.verify('ML-DSA-44', signer.publicKey, signature, seed));
    })();`,
  "process.execve": `const { spawnSync } = require('child_process');
    const run = (code) => { const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', '-e', code], { encoding: 'utf8' }); console.log(status, signal, stdout, stderr.split('\\n').find((line) => line.startsWith('process.execve'))); };
    run("process.on('exit', () => console.log('exit')); console.log('before'); process.execve('/bin/sh', ['sh', '-c', 'echo $X $0 $1; exit 7', 'a', 'b'], { X: '1' })");
    run("process.execve('/bin/sh', ['sh', '-c', 'kill -9 $$'])"); run("process.execve('/no/such', ['sh'])"); run("process.chdir('/tmp'); process.execve('/bin/sh', ['sh', '-c', 'pwd'], {})");
    run("try { process.execve('/bin/sh', ['a\\\\0']) } catch (error) { console.log(error.code) }");`,
  "locks between threads": `const { Worker } = require('worker_threads'); const { locks } = navigator; const said = (worker) => new Promise((resolve) => worker.once('message', resolve));
    const worker = (code, workerData) => new Worker("const { parentPort, workerData } = require('worker_threads'); const { locks } = navigator; parentPort.on('message', () => process.exit());" + code, { eval: true, workerData });
    (async () => {
      let release; const held = locks.request('a', () => new Promise((resolve) => { release = resolve; }));
      const waiter = worker("locks.request('a', { ifAvailable: true }, (lock) => parentPort.postMessage(lock)).then(() => locks.request('a', ({ name, mode }) => parentPort.postMessage(name + mode)));");
      console.log(await said(waiter)); const later = said(waiter); release('x'); console.log(await later, await held); waiter.postMessage(0);
      const count = new Int32Array(new SharedArrayBuffer(4));
      const counts = "(async () => { for (let i = 0; i < 20; i++) await locks.request('c', async () => { const value = workerData[0]; await null; workerData[0] = value + 1; }); process.exit(); })()";
      await Promise.all([1, 2, 3].map(() => new Promise((resolve) => worker(counts, count).on('exit', resolve)))); console.log(count[0]);
    })();`,
};

// node:zlib of guests: streams in steps, flushes, parameters, broken input. The host's Node is the oracle, byte by byte.

import { expect, test } from "vitest";
import { bootNode, nodeInGuest, nodeOnHost } from "./node-kernel.js";

const HEAD = `
const z = require('zlib'); const c = require('crypto');
const text = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i + (i >> 5)) & 63));
const sum = (b) => b.length + ' ' + c.createHash('sha1').update(b).digest('hex');
const tell = (name, f) => { try { console.log(name, f()); } catch (e) { console.log(name, e.name, e.message, e.code, e.errno); } };
const collect = async (stream) => { const all = []; for await (const chunk of stream) all.push(chunk); return [all.length, sum(Buffer.concat(all))]; };
`;

const programs: Record<string, string> = {
  "there and back, with options": `
for (const [pack, unpack, options] of [['deflateSync', 'inflateSync'], ['gzipSync', 'gunzipSync', { level: 9 }], ['deflateRawSync', 'inflateRawSync', { windowBits: 9, memLevel: 2, strategy: 2 }], ['gzipSync', 'unzipSync', { level: 0 }], ['brotliCompressSync', 'brotliDecompressSync', { params: { [z.constants.BROTLI_PARAM_QUALITY]: 4, [z.constants.BROTLI_PARAM_LGWIN]: 16 } }]])
  tell(pack, () => { const packed = z[pack](text, options); return [sum(packed), z[unpack](packed, { windowBits: options?.windowBits }).equals(text), sum(z[pack](Buffer.alloc(0), options))]; });
const dictionary = text.subarray(0, 5000); const packed = z.deflateSync(text, { dictionary });
tell('dictionary', () => [sum(packed), z.inflateSync(packed, { dictionary }).equals(text)]); tell('none', () => z.inflateSync(packed)); tell('other', () => z.inflateSync(packed, { dictionary: Buffer.from('x') }));
tell('raw', () => z.inflateRawSync(z.deflateRawSync(text, { dictionary }), { dictionary }).equals(text));
tell('info', () => z.inflateSync(z.deflateSync('abc'), { info: true }).engine.bytesWritten); tell('crc', () => [z.crc32?.('hello'), z.crc32?.(text, 7), z.crc32?.('', 9)]);`,

  "streams give output before their input ends": `
(async () => {
  for (const [name, flush] of [['createGzip', z.constants.Z_FULL_FLUSH], ['createDeflate', z.constants.Z_SYNC_FLUSH], ['createBrotliCompress', z.constants.BROTLI_OPERATION_FLUSH]]) {
    const stream = z[name](); const seen = []; stream.on('data', (d) => seen.push(d.toString('hex')));
    stream.write('first part'); await new Promise((done) => stream.flush(flush, done)); console.log(name, seen); seen.length = 0;
    stream.end('second'); await require('events').once(stream, 'end'); console.log(seen, stream.bytesWritten);
  }
  const deflate = z.createDeflate({ level: 9 }); const all = []; deflate.on('data', (d) => all.push(d)); deflate.write(text.subarray(0, 100_000));
  await new Promise((done) => deflate.params(0, z.constants.Z_DEFAULT_STRATEGY, done)); deflate.end(text.subarray(100_000)); await require('events').once(deflate, 'end');
  console.log('params', sum(Buffer.concat(all)), z.inflateSync(Buffer.concat(all)).equals(text));
  const inflate = z.createGunzip({ chunkSize: 1000 }); const packed = z.gzipSync(text); setImmediate(() => { for (let at = 0; at < packed.length; at += 777) inflate.write(packed.subarray(at, at + 777)); inflate.end(); }); console.log('chunks', await collect(inflate));
  console.log('huge chunk', await collect(require('stream').Readable.from([Buffer.concat([text, text, text])]).pipe(z.createGzip({ chunkSize: 200_000 }))));
  console.log('members', z.gunzipSync(Buffer.concat([z.gzipSync('a'), z.gzipSync('b')])).toString()); tell('rest', () => z.gunzipSync(Buffer.concat([z.gzipSync('a'), Buffer.from([0, 0, 5])])).toString());
  const one = z.createDeflate(); one.write('lost'); one.flush(() => { one.reset(); one.end('kept'); }); const kept = []; one.on('data', (d) => kept.push(d)).on('end', () => console.log('reset', Buffer.concat(kept).toString('hex')));
  const closed = z.createGzip(); closed.on('close', () => console.log('closed')); closed.write('x', () => closed.close());
})();`,

  "zstd, where the host's Node has it": `
if (z.createZstdCompress) (async () => {
  tell('zstd', () => [sum(z.zstdCompressSync('little')), z.zstdDecompressSync(z.zstdCompressSync(text, { params: { [z.constants.ZSTD_c_compressionLevel]: 12 } })).equals(text)]);
  tell('broken', () => z.zstdDecompressSync(Buffer.from('nonsense'))); tell('cut', () => z.zstdDecompressSync(z.zstdCompressSync(text).subarray(0, 100)));
  console.log(await collect(require('stream').Readable.from([text, text]).pipe(z.createZstdCompress()).pipe(z.createZstdDecompress())));
})();`,

  "broken input, and more than was asked for": `
const packed = z.gzipSync(text); const broken = Buffer.from(packed); broken[2000] ^= 255;
for (const [name, input, options] of [['gunzipSync', packed.subarray(0, 500)], ['gunzipSync', broken], ['inflateSync', Buffer.from('plain text')], ['inflateRawSync', Buffer.from([7, 7])], ['brotliDecompressSync', Buffer.from('plain text')], ['brotliDecompressSync', z.brotliCompressSync('abc').subarray(0, 3)], ['gunzipSync', Buffer.alloc(0)], ['unzipSync', Buffer.from([31, 139, 9])], ['gunzipSync', packed, { maxOutputLength: 1000 }], ['inflateSync', z.deflateSync('x'), { windowBits: 3 }], ['deflateSync', 5]])
  tell(name, () => z[name](input, options).length);
tell('partial', () => z.gunzipSync(packed.subarray(0, 5000), { finishFlush: z.constants.Z_SYNC_FLUSH }).length); tell('brotli', () => z.createBrotliCompress({ params: { 99: 1 } }));
z.gunzip(broken, (e, data) => { console.log('callback', e.code, e.errno, data); z.brotliDecompress(Buffer.from([1, 2]), (e) => console.log(e.code)); });
const stream = z.createInflate(); stream.on('error', (e) => console.log('stream', e.message, e.code, e.errno)).on('close', () => console.log('close')); stream.write('zzz');
for (let i = 0; i < 700; i++) z.createGzip().on('close', () => {}).destroy(); console.log('many');`,
};

test.each(Object.entries(programs))("%s", async (_name, source) => {
  const kernel = await bootNode();
  const host = nodeOnHost(["-e", HEAD + source], "/");
  const guest = await nodeInGuest(kernel, ["-e", HEAD + source]);
  expect(guest.stdout).toBe(host.stdout);
  expect(guest.exitCode).toBe(0);
  expect(host.exitCode).toBe(0);
});

test("a bomb comes in bounded steps: who reads some of it holds some of it", async () => {
  const kernel = await bootNode();
  // 48 MiB of zeros, thousands of times smaller when packed twice.
  const source = `const z = require('zlib'); const { Readable } = require('stream');
    const zeros = Readable.from((function* () { for (let i = 0; i < 48; i++) yield Buffer.alloc(1024 * 1024); })());
    const twice = []; zeros.pipe(z.createGzip()).pipe(z.createBrotliCompress({ params: { [z.constants.BROTLI_PARAM_QUALITY]: 3 } })).on('data', (d) => twice.push(d)).on('end', () => {
      const bomb = Buffer.concat(twice); console.log(bomb.length < 5_000); let length = 0;
      Readable.from([bomb]).pipe(z.createBrotliDecompress()).pipe(z.createGunzip()).on('data', (d) => { length += d.length; }).on('end', () => {
        console.log(length); try { z.gunzipSync(z.brotliDecompressSync(bomb), { maxOutputLength: 1e6 }); } catch (e) { console.log(e.code); }
      });
    });`;
  const { stdout, stderr, exitCode } = await nodeInGuest(kernel, ["-e", source]);
  expect(stderr).toBe("");
  expect(stdout).toBe(`true\n${48 * 1024 * 1024}\nERR_BUFFER_TOO_LARGE\n`);
  expect(exitCode).toBe(0);
});

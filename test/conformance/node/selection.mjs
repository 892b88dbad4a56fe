// Which 200 files of test/parallel are run: a quota a module, evenly spread over its files in the order of
// their names. Nothing is picked by hand.

import { readdir } from "node:fs/promises";
import path from "node:path";

/** Module → what its files' names look like, and how many are taken. */
const modules = {
  path: { pattern: /^test-path(-|\.)/, quota: 16 },
  util: { pattern: /^test-util(-|\.)/, quota: 22 },
  events: { pattern: /^test-event(s|-emitter|-target|-capture|target)/, quota: 22 },
  url: { pattern: /^test-(whatwg-)?url(-|\.)/, quota: 22 },
  querystring: { pattern: /^test-querystring/, quota: 4 },
  string_decoder: { pattern: /^test-string-decoder/, quota: 3 },
  stream: { pattern: /^test-stream/, quota: 35 },
  buffer: { pattern: /^test-buffer/, quota: 24 },
  timers: { pattern: /^test-timers/, quota: 20 },
  fs: { pattern: /^test-fs/, quota: 32 },
};

/** `[{ module, file }]`, files relative to the tests' directory. */
export async function selectFiles(tests, filter) {
  const names = (await readdir(path.join(tests, "parallel"))).sort();
  const selected = [];
  for (const [module, { pattern, quota }] of Object.entries(modules)) {
    const files = names.filter((name) => pattern.test(name) && /\.m?js$/.test(name));
    const step = Math.max(1, files.length / quota);
    for (let index = 0; index < Math.min(quota, files.length); index++) {
      selected.push({ module, file: `parallel/${files[Math.floor(index * step)]}` });
    }
  }
  return selected.filter(({ file }) => !filter || file.includes(filter));
}

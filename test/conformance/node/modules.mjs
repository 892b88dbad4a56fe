// Which module each file of Node's test/parallel belongs to, by its name. The first that fits.

import { readdir } from "node:fs/promises";
import path from "node:path";

/** Module, what its files' names look like behind `test-`, and the share in per cent that is to pass. */
export const modules = [
  ["worker", /^worker/, 65],
  ["cluster", /^cluster|-cluster/, 0],
  ["child_process", /^child-process/, 85],
  ["async-hooks", /^async-(hooks|wrap)|^asyncresource/, 65],
  ["als", /^async-local-storage|^als/, 65],
  ["promises", /^promise|^unhandled|^util-promisif/, 65],
  ["assert", /^assert/, 95],
  ["buffer", /^buffer/, 95],
  ["events", /^event(s|-emitter|-target|-capture|target)|^eventtarget|^event/, 95],
  ["path", /^path/, 95],
  ["url", /^(whatwg-)?url/, 95],
  ["querystring", /^querystring/, 95],
  ["string_decoder", /^string-decoder/, 95],
  ["stream", /^stream|^whatwg-.*stream|^webstream/, 95],
  ["timers", /^timers|^timer/, 95],
  ["util", /^util/, 95],
  ["console", /^console/, 95],
  ["fs", /^fs/, 85],
  ["http2", /^http2/, 0],
  ["https", /^https/, 65],
  ["http", /^http/, 85],
  ["net", /^net/, 85],
  ["readline", /^readline/, 85],
  ["module", /^(module|require|esm|cjs|import)/, 85],
  ["zlib", /^zlib/, 85],
  ["next-tick", /^next-tick/, 85],
  ["process", /^process/, 85],
  ["crypto", /^crypto|^webcrypto/, 65],
  ["dgram", /^dgram/, 65],
  ["dns", /^dns|^c-ares/, 65],
  ["tls", /^tls/, 65],
  ["vm", /^vm/, 65],
  ["other", /^/, 0],
];

/** `[{ module, file }]` of the tests of the module `filter`, or else of those whose name has it; all without a filter. */
export async function selectFiles(tests, filter) {
  const isModule = modules.some(([name]) => name === filter);
  const names = (await readdir(path.join(tests, "parallel"))).filter((name) =>
    /^test-.*\.m?js$/.test(name),
  );
  return names.sort().flatMap((name) => {
    const [module] = modules.find(([, pattern]) => pattern.test(name.slice("test-".length)));
    const isSelected = !filter || (isModule ? module === filter : name.includes(filter));
    return isSelected ? [{ module, file: `parallel/${name}` }] : [];
  });
}

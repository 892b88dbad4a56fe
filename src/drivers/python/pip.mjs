// Gets pip's wheel, which is packed into the published package and never committed: by its checksum, from the
// index in PIP_INDEX_URL or from PyPI. `npm run pip`; done before packing.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const WHEEL = "pip-26.3-py3-none-any.whl";
const SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13";
const index = process.env.PIP_INDEX_URL ?? "https://pypi.org/simple";
const target = path.join(path.dirname(fileURLToPath(import.meta.url)), "wheels", WHEEL);

/** @param {Uint8Array} bytes */
const isRight = (bytes) => createHash("sha256").update(bytes).digest("hex") === SHA256;

/** @param {string | URL} url */
async function get(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response;
}

/** Where the index has the wheel (PEP 503). */
async function find() {
  const page = await get(`${index.replace(/\/$/, "")}/pip/`);
  for (const [, href = ""] of (await page.text()).matchAll(/href="([^"]*)"/g)) {
    const url = new URL(href.replaceAll("&amp;", "&"), page.url);
    if (path.posix.basename(url.pathname) === WHEEL) return url;
  }
  throw new Error(`${index} has no ${WHEEL}`);
}

if (!existsSync(target) || !isRight(await readFile(target))) {
  const bytes = new Uint8Array(await (await get(await find())).arrayBuffer());
  if (!isRight(bytes)) throw new Error(`${WHEEL} is not what was expected: its SHA-256 is another`);
  await mkdir(path.dirname(target), { recursive: true });
  // Whole or not at all.
  await writeFile(`${target}.part`, bytes);
  await rename(`${target}.part`, target);
}
console.log(target);

// A real npm registry on the host's loopback for tests: verdaccio, without uplinks, with a storage of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { packTar } from "modern-tar";
import { onTestFinished } from "vitest";

const require = createRequire(import.meta.url);

/** Whether verdaccio, a development dependency, is installed. */
export const hasRegistry = (() => {
  try {
    require.resolve("verdaccio/package.json");
    return true;
  } catch {
    return false;
  }
})();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** Starts a registry and answers its port; it ends with the test. */
export async function startRegistry(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-registry-"));
  const port = await freePort();
  const configuration = {
    storage: join(folder, "storage"),
    auth: { htpasswd: { file: join(folder, "htpasswd") } },
    uplinks: {},
    packages: { "**": { access: "$all", publish: "$all", unpublish: "$all" } },
    log: { type: "stdout", format: "json", level: "warn" },
    web: { enable: false },
  };
  const file = join(folder, "config.yaml");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(configuration));
  const bin = join(dirname(require.resolve("verdaccio/package.json")), "bin/verdaccio");
  const registry = spawn(process.execPath, [bin, "-c", file, "-l", `127.0.0.1:${port}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    registry.kill();
    if (registry.exitCode === null) await once(registry, "exit");
    rmSync(folder, { recursive: true });
  });
  await listening(registry);
  return port;
}

/** Verdaccio writes a line when it listens. */
async function listening(registry: ChildProcess): Promise<void> {
  let printed = "";
  for await (const chunk of registry.stdout ?? []) {
    printed += chunk;
    if (printed.includes("http address")) break;
  }
  registry.stdout?.resume();
}

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

/** Publishes a package of a manifest and an index.js, as `npm publish` does it. */
export async function publishTo(port: number, manifest: Manifest, source: string): Promise<void> {
  const { name, version } = manifest;
  const entry = (file: string, body: string, mode: number) => ({
    header: { name: `package/${file}`, size: Buffer.byteLength(body), mode },
    body,
  });
  const tarball = gzipSync(
    await packTar([
      entry("package.json", JSON.stringify(manifest), 0o644),
      entry("index.js", source, 0o755),
    ]),
  );
  const file = `${name}-${version}.tgz`;
  const dist = {
    integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
    shasum: createHash("sha1").update(tarball).digest("hex"),
    tarball: `http://127.0.0.1:${port}/${name}/-/${file}`,
  };
  const response = await fetch(`http://127.0.0.1:${port}/${name}`, {
    method: "PUT",
    headers: { "content-type": "application/json", authorization: "Bearer nobody" },
    body: JSON.stringify({
      _id: name,
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
      _attachments: {
        [file]: {
          content_type: "application/octet-stream",
          data: tarball.toString("base64"),
          length: tarball.length,
        },
      },
    }),
  });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
}

// npm with a registry, through the network policy: verdaccio on the host's loopback, to which packages are published
// from the sandbox; then installed, with dependencies, from a lockfile, and run by npx.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createHostNetwork, type Kernel } from "secure-exec/kernel";
import type { NodeRuntimeOptions } from "secure-exec/node";
import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../../boot.js";
import { bootNode } from "./node-kernel.js";
import { hasRegistry, publishTo, startRegistry } from "./registry.js";

const describe = describeAlways.skipIf(!hasRegistry || !(await hasNodeRuntime()));

/** A kernel that may reach the registry on `port` and nothing else. */
async function bootWithRegistry(port: number, options: NodeRuntimeOptions = {}): Promise<Kernel> {
  const kernel = await bootNode(options, {
    network: createHostNetwork(),
    permissions: {
      fs: true,
      childProcess: true,
      env: true,
      network: (request) => ({
        allow: request.op !== "connect" || request.port === port,
        names: ["host.internal"],
      }),
    },
  });
  const registry = `http://host.internal:${port}/`;
  await kernel.writeFile(
    "/root/.npmrc",
    [
      `registry=${registry}`,
      `//host.internal:${port}/:_authToken=nobody`,
      "audit=false",
      "fund=false",
      "update-notifier=false",
      "fetch-retries=0",
    ].join("\n"),
  );
  return kernel;
}

async function run(kernel: Kernel, line: string, cwd: string): Promise<string> {
  const { exitCode, stdout, stderr } = await kernel.exec(line, { cwd });
  expect({ line, exitCode, stderr }).toEqual({ line, exitCode: 0, stderr: "" });
  return stdout;
}

/** A registry with `leaf` in two versions and `oak`, which depends on the older one, and an empty project. */
async function bootWithPackages(options: NodeRuntimeOptions = {}): Promise<Kernel> {
  const port = await startRegistry();
  for (const version of ["1.0.0", "1.1.0"]) {
    await publishTo(port, { name: "leaf", version }, `module.exports = 'leaf ${version}';\n`);
  }
  const oak = {
    name: "oak",
    version: "2.0.0",
    bin: "index.js",
    dependencies: { leaf: "~1.0.0" },
    scripts: { postinstall: "node -p 1+1 > built.txt" },
  };
  const source = "#!/usr/bin/env node\nconsole.log('oak of', require('leaf'));\n";
  await publishTo(port, oak, source);
  const kernel = await bootWithRegistry(port, options);
  await kernel.writeFile(
    "/app/package.json",
    '{"name":"app","version":"1.0.0","allowScripts":{"oak":true}}',
  );
  return kernel;
}

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  dependencies?: object;
}

/** Makes /app depend on packages in these versions, and answers the lockfile for it. */
async function lockfileOf(kernel: Kernel, dependencies: Readonly<Record<string, string>>) {
  const npmrc = new TextDecoder().decode(await kernel.readFile("/root/.npmrc"));
  const registry = /^registry=(.*)$/m.exec(npmrc)?.[1] ?? "";
  const app = { name: "app", version: "1.0.0", dependencies };
  const packages: Record<string, Locked> = { "": app };
  for (const [name, version] of Object.entries(dependencies)) {
    const onHost = registry.replace("host.internal", "127.0.0.1");
    const { versions } = (await (await fetch(`${onHost}${name}`)).json()) as {
      versions: Record<string, { dist: { integrity: string } }>;
    };
    const resolved = `${registry}${name}/-/${name}-${version}.tgz`;
    const integrity = versions[version]?.dist.integrity ?? "";
    packages[`node_modules/${name}`] = { version, resolved, integrity };
  }
  await kernel.writeFile("/app/package.json", JSON.stringify(app));
  return { name: "app", version: "1.0.0", lockfileVersion: 3, packages };
}

describe("npm and a registry", () => {
  test("install with dependencies and lifecycle scripts", async () => {
    const kernel = await bootWithPackages();
    const installed = await run(kernel, "npm install oak leaf", "/app");
    expect(installed.replace(/in \d+m?s/, "in N")).toBe("\nadded 3 packages in N\n");
    const lines =
      "node node_modules/oak; node -p 'require(\"leaf\")'; cat node_modules/oak/built.txt";
    expect(await run(kernel, lines, "/app")).toBe("oak of leaf 1.0.0\nleaf 1.1.0\n2\n");
  });

  test("ci from a lockfile", async () => {
    const kernel = await bootWithPackages();
    const lockfile = await lockfileOf(kernel, { leaf: "1.0.0" });
    await kernel.writeFile("/app/package-lock.json", JSON.stringify(lockfile));
    await run(kernel, "npm ci --silent", "/app");
    expect(await run(kernel, "node -p 'require(\"leaf\")'", "/app")).toBe("leaf 1.0.0\n");
  });

  test("npx of what is not installed", async () => {
    const kernel = await bootWithPackages();
    await kernel.mkdir("/elsewhere");
    const ran = await run(kernel, "npx --yes --silent oak", "/elsewhere");
    expect(ran).toBe("oak of leaf 1.0.0\n");
  });

  test("view", async () => {
    const kernel = await bootWithPackages();
    const versions = await run(kernel, "npm view leaf versions --json", "/app");
    expect(versions).toBe('[\n  "1.0.0",\n  "1.1.0"\n]\n');
  });

  test("publish", async () => {
    const port = await startRegistry();
    const kernel = await bootWithRegistry(port);
    await kernel.writeFile("/lib/package.json", '{"name":"mine","version":"0.0.1"}');
    await kernel.writeFile("/lib/index.js", "module.exports = 'mine';\n");
    await run(kernel, "npm publish --silent", "/lib");
    const packument = await (await fetch(`http://127.0.0.1:${port}/mine`)).json();
    expect(packument).toMatchObject({ "dist-tags": { latest: "0.0.1" } });
  });

  test("a package whose tarball is not what the lockfile says is refused", async () => {
    const kernel = await bootWithPackages();
    const lockfile = await lockfileOf(kernel, { leaf: "1.0.0" });
    const { "node_modules/leaf": leaf } = lockfile.packages;
    if (leaf) leaf.integrity = `sha512-${"A".repeat(86)}==`;
    await kernel.writeFile("/app/package-lock.json", JSON.stringify(lockfile));
    const { exitCode, stderr } = await kernel.exec("npm ci", { cwd: "/app" });
    const isRefused = stderr.includes("EINTEGRITY");
    expect({ exitCode, isRefused }).toEqual({ exitCode: 1, isRefused: true });
    expect(await kernel.exists("/app/node_modules/leaf")).toBe(false);
  });

  test("without a word of the policy there is no registry", async () => {
    const port = await startRegistry();
    const kernel = await bootWithRegistry(port + 1);
    const npmrc = `registry=http://host.internal:${port}/\nfetch-retries=0\n`;
    await kernel.writeFile("/root/.npmrc", npmrc);
    const { exitCode, stderr } = await kernel.exec("npm view leaf");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("npm error code EACCES");
  });
});

describe("other package managers run as packages of the host's", () => {
  const require = createRequire(import.meta.url);
  const packages = join(dirname(require.resolve("yarn/package.json")), "..");
  const use = "node node_modules/oak; node -p 'require(\"leaf\")'; cat node_modules/oak/built.txt";

  test.each([
    ["yarn", "node /node_modules/yarn/bin/yarn.js --silent --no-progress"],
    // Its workers unpack what it has loaded.
    ["pnpm", "node /node_modules/pnpm/bin/pnpm.cjs --silent"],
  ])("%s installs, and again from its lockfile", async (_, command) => {
    const kernel = await bootWithPackages({ packages, memoryLimitMb: 512 });
    for (const line of ["add oak leaf", "install --frozen-lockfile"]) {
      const { exitCode, stderr } = await kernel.exec(`${command} ${line}`, { cwd: "/app" });
      expect({ line, exitCode, stderr: withoutWarnings(stderr) }).toEqual({
        line,
        exitCode: 0,
        stderr: "",
      });
      expect(await run(kernel, use, "/app")).toBe("oak of leaf 1.0.0\nleaf 1.1.0\n2\n");
      await run(kernel, "rm -r node_modules", "/app");
    }
  });

  const withoutWarnings = (text: string) => text.replace(/^warning .*\n/gm, "");
});

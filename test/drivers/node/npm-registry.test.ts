// npm with a registry, through the network policy: verdaccio on the host's loopback, to which packages are published
// from the sandbox; then installed, with dependencies, from a lockfile, and run by npx.

import { createHostNetwork, type Kernel } from "secure-exec/kernel";
import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../../boot.js";
import { bootNode } from "./node-kernel.js";
import { hasRegistry, publishTo, startRegistry } from "./registry.js";

const describe = describeAlways.skipIf(!hasRegistry || !(await hasNodeRuntime()));

/** A kernel that may reach the registry on `port` and nothing else. */
async function bootWithRegistry(port: number): Promise<Kernel> {
  const kernel = await bootNode(
    {},
    {
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
    },
  );
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

/** A registry with `leaf` in two versions and `tree`, which depends on the older one, and an empty project. */
async function bootWithPackages(): Promise<Kernel> {
  const port = await startRegistry();
  for (const version of ["1.0.0", "1.1.0"]) {
    await publishTo(port, { name: "leaf", version }, `module.exports = 'leaf ${version}';\n`);
  }
  const tree = {
    name: "tree",
    version: "2.0.0",
    bin: "index.js",
    dependencies: { leaf: "~1.0.0" },
    scripts: { postinstall: "node -p 1+1 > built.txt" },
  };
  const source = "#!/usr/bin/env node\nconsole.log('tree of', require('leaf'));\n";
  await publishTo(port, tree, source);
  const kernel = await bootWithRegistry(port);
  await kernel.writeFile("/app/package.json", '{"name":"app","version":"1.0.0"}');
  return kernel;
}

describe("npm and a registry", () => {
  test("install with dependencies and lifecycle scripts", async () => {
    const kernel = await bootWithPackages();
    const installed = await run(kernel, "npm install tree leaf", "/app");
    expect(installed.replace(/in \d+m?s/, "in N")).toBe("\nadded 3 packages in N\n");
    const lines =
      "node node_modules/tree; node -p 'require(\"leaf\")'; cat node_modules/tree/built.txt";
    expect(await run(kernel, lines, "/app")).toBe("tree of leaf 1.0.0\nleaf 1.1.0\n2\n");
    expect(await run(kernel, "npm ls --all", "/app")).toBe(
      "app@1.0.0 /app\n+-- leaf@1.1.0\n`-- tree@2.0.0\n  `-- leaf@1.0.0\n\n",
    );
  });

  test("ci from a lockfile, then npx of what is installed", async () => {
    const kernel = await bootWithPackages();
    await run(kernel, "npm install --silent tree && rm -r node_modules && npm ci --silent", "/app");
    expect(await run(kernel, "npx tree", "/app")).toBe("tree of leaf 1.0.0\n");
  });

  test("npx of what is not installed; view", async () => {
    const kernel = await bootWithPackages();
    await kernel.mkdir("/elsewhere");
    const ran = await run(kernel, "npx --yes --silent tree", "/elsewhere");
    expect(ran).toBe("tree of leaf 1.0.0\n");
    const versions = await run(kernel, "npm view leaf versions --json", "/app");
    expect(versions).toBe('[\n  "1.0.0",\n  "1.1.0"\n]\n');
  });

  test("publish, and install of what was published; uninstall", async () => {
    const kernel = await bootWithPackages();
    await kernel.writeFile("/lib/package.json", '{"name":"mine","version":"0.0.1"}');
    await kernel.writeFile("/lib/index.js", "module.exports = 'mine';\n");
    await run(kernel, "npm publish --silent", "/lib");
    await run(kernel, "npm install --silent mine leaf && npm uninstall --silent leaf", "/app");
    expect(await run(kernel, "ls node_modules; node -p 'require(\"mine\")'", "/app")).toBe(
      "mine\nmine\n",
    );
  });

  test("a package whose tarball is not what the lockfile says is refused", async () => {
    const kernel = await bootWithPackages();
    await run(kernel, "npm install --silent --package-lock-only leaf", "/app");
    const lock = new TextDecoder().decode(await kernel.readFile("/app/package-lock.json"));
    const wrong = lock.replace(/"sha512-[^"]{10}/, '"sha512-AAAAAAAAAA');
    await kernel.writeFile("/app/package-lock.json", wrong);
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

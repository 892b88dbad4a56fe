// npm with a registry, through the network policy: verdaccio on the host's loopback, to which packages are published
// from the sandbox; then installed, with dependencies, from a lockfile, and run by npx.

import { createHostNetwork, type Kernel } from "secure-exec/kernel";
import { describe as describeAlways, expect, test } from "vitest";
import { hasNodeRuntime } from "../../boot.js";
import { bootNode } from "./node-kernel.js";
import { startRegistry } from "./registry.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

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

async function publish(kernel: Kernel, manifest: { name: string }, source: string): Promise<void> {
  const folder = `/publish/${manifest.name}`;
  await kernel.writeFile(`${folder}/package.json`, JSON.stringify(manifest));
  await kernel.writeFile(`${folder}/index.js`, source);
  await run(kernel, "npm publish --silent", folder);
}

describe("npm and a registry", () => {
  test("publish, install with dependencies and scripts, ci, npx, view, update", async () => {
    const kernel = await bootWithRegistry(await startRegistry());
    const leaf = { name: "leaf", version: "1.0.0" };
    await publish(kernel, leaf, "module.exports = 'leaf 1.0.0';\n");
    await publish(
      kernel,
      { ...leaf, version: "1.1.0" } as never,
      "module.exports = 'leaf 1.1.0';\n",
    );
    const tree = {
      name: "tree",
      version: "2.0.0",
      bin: "index.js",
      dependencies: { leaf: "~1.0.0" },
      scripts: { postinstall: "node -p 1+1 > built.txt" },
    };
    await publish(kernel, tree, "#!/usr/bin/env node\nconsole.log('tree of', require('leaf'));\n");
    await kernel.writeFile("/app/package.json", '{"name":"app","version":"1.0.0"}');

    const installed = await run(kernel, "npm install tree leaf", "/app");
    expect(installed.replace(/in \d+m?s/, "in N")).toBe("\nadded 3 packages in N\n");
    const printed = await run(
      kernel,
      "node node_modules/tree; node -p 'require(\"leaf\")'; cat node_modules/tree/built.txt",
      "/app",
    );
    expect(printed).toBe("tree of leaf 1.0.0\nleaf 1.1.0\n2\n");
    expect(await run(kernel, "npm ls --all", "/app")).toBe(
      "app@1.0.0 /app\n+-- leaf@1.1.0\n`-- tree@2.0.0\n  `-- leaf@1.0.0\n\n",
    );

    await run(kernel, "rm -r node_modules && npm ci --silent", "/app");
    expect(await run(kernel, "npm run env --silent >/dev/null; npx tree", "/app")).toBe(
      "tree of leaf 1.0.0\n",
    );
    // Not installed anywhere: npx fetches it.
    await kernel.mkdir("/elsewhere");
    expect(await run(kernel, "npx --yes --silent tree", "/elsewhere")).toBe("tree of leaf 1.0.0\n");
    expect(await run(kernel, "npm view leaf versions --json", "/app")).toBe(
      '[\n  "1.0.0",\n  "1.1.0"\n]\n',
    );
    await run(kernel, "npm uninstall --silent tree", "/app");
    expect(await run(kernel, "ls node_modules", "/app")).toBe("leaf\n");
  });

  test("a package whose tarball is not what the lockfile says is refused", async () => {
    const kernel = await bootWithRegistry(await startRegistry());
    await publish(kernel, { name: "leaf", version: "1.0.0" } as never, "module.exports = 1;\n");
    await kernel.writeFile("/app/package.json", '{"name":"app","version":"1.0.0"}');
    await run(
      kernel,
      "npm install --silent leaf && rm -r node_modules && npm cache clean --force --silent",
      "/app",
    );
    const lock = new TextDecoder().decode(await kernel.readFile("/app/package-lock.json"));
    const wrong = lock.replace(/"sha512-[^"]{10}/, '"sha512-AAAAAAAAAA');
    await kernel.writeFile("/app/package-lock.json", wrong);
    const { exitCode, stderr } = await kernel.exec("npm ci", { cwd: "/app" });
    expect({ exitCode, isRefused: stderr.includes("EINTEGRITY") }).toEqual({
      exitCode: 1,
      isRefused: true,
    });
    expect(await kernel.exists("/app/node_modules/leaf")).toBe(false);
  });

  test("without a word of the policy there is no registry", async () => {
    const port = await startRegistry();
    const kernel = await bootWithRegistry(port + 1);
    await kernel.writeFile(
      "/root/.npmrc",
      `registry=http://host.internal:${port}/\nfetch-retries=0\n`,
    );
    const { exitCode, stderr } = await kernel.exec("npm view leaf");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("npm error code EACCES");
  });
});

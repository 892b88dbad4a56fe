// npm and npx in the sandbox: npm's real CLI on files of the sandbox only. What the same npm prints on the host is the
// oracle where a test says so.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Kernel } from "secure-exec/kernel";
import { createNodeRuntime } from "secure-exec/node";
import { describe as describeAlways, expect, onTestFinished, test } from "vitest";
import { hasNodeRuntime } from "../../boot.js";
import { bootNode } from "./node-kernel.js";

const describe = describeAlways.skipIf(!(await hasNodeRuntime()));

type Files = Readonly<Record<string, string | object>>;

const textOf = (content: string | object): string =>
  typeof content === "string" ? content : JSON.stringify(content);

async function write(kernel: Kernel, directory: string, files: Files): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await kernel.writeFile(`${directory}/${name}`, textOf(content));
  }
}

/** A folder of the host with `files`; it goes when the test ends. */
function hostFolder(files: Files = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "secure-exec-npm-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), textOf(content));
  }
  return folder;
}

/** What the host's npm says, in a folder with `files` of its own and an empty home. */
function npmOnHost(args: string[], files: Files) {
  const [cwd, home] = [hostFolder(files), hostFolder()];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: home,
      npm_config_update_notifier: "false",
    },
    encoding: "utf8",
  });
  const [output, errors] = [stdout, stderr].map((text) => text.replaceAll(cwd, "/app"));
  return { exitCode: status, stdout: output, stderr: withoutLog(errors ?? "") };
}

/** npm names the file of its log, which has the time in it. */
const withoutLog = (stderr: string): string =>
  stderr.replace(/npm error A complete log of this run .*\n/, "");

async function npmInGuest(kernel: Kernel, line: string) {
  const { exitCode, stdout, stderr } = await kernel.exec(line, { cwd: "/app" });
  return { exitCode, stdout, stderr: withoutLog(stderr) };
}

describe("npm run", () => {
  const files = {
    "package.json": {
      name: "app",
      version: "1.0.0",
      scripts: {
        pregreet: "echo before",
        greet: 'echo "hello $npm_lifecycle_event from $npm_package_name"',
        postgreet: "echo after",
        fail: "exit 7",
        tool: "tool --flag",
        args: "printf '<%s>'",
      },
    },
    "node_modules/tool/package.json": { name: "tool", version: "2.0.0", bin: "cli.js" },
    "node_modules/tool/cli.js": "#!/usr/bin/env node\nconsole.log('tool', process.argv[2]);\n",
  };

  test.each([
    ["pre and post scripts", ["run", "greet"]],
    ["the exit code of a script", ["run", "fail"]],
    ["arguments behind --", ["run", "args", "--", "a b", "*", "'"]],
    ["a script that is not there", ["run", "gone"]],
    ["the list of scripts", ["run"]],
    ["no such command", ["frobnicate"]],
  ])("%s, as the host's npm", async (_, args) => {
    const kernel = await bootNode();
    await write(kernel, "/app", files);
    const line = ["npm", ...args.map((word) => `'${word.replaceAll("'", "'\\''")}'`)].join(" ");
    expect(await npmInGuest(kernel, line)).toEqual(npmOnHost(args, files));
  });

  test("commands of node_modules/.bin are in PATH", async () => {
    const kernel = await bootNode();
    await write(kernel, "/app", files);
    await kernel.exec(
      "mkdir -p /app/node_modules/.bin && ln -s ../tool/cli.js /app/node_modules/.bin/tool && chmod +x /app/node_modules/tool/cli.js",
    );
    const run = await npmInGuest(kernel, "npm run --silent tool; npx tool npx");
    expect(run).toEqual({ exitCode: 0, stdout: "tool --flag\ntool npx\n", stderr: "" });
  });
});

describe("npm without a registry", () => {
  const greeter = {
    "package.json": {
      name: "greeter",
      version: "1.2.3",
      bin: { greeter: "cli.js" },
      scripts: { postinstall: "echo ran by $(node -p process.platform) > installed.txt" },
    },
    "index.js": "module.exports = (name) => 'hello ' + name;\n",
    "cli.js": "#!/usr/bin/env node\nconsole.log(require('./')(process.argv[2]));\n",
  };
  const app = { name: "app", version: "1.0.0", allowScripts: { greeter: true } };

  async function bootWithGreeter(): Promise<Kernel> {
    const kernel = await bootNode();
    await write(kernel, "/lib", greeter);
    await write(kernel, "/app", { "package.json": app });
    return kernel;
  }

  test("init -y, as the host's npm", async () => {
    const kernel = await bootNode();
    const files = { "package.json": { name: "given", description: "kept" } };
    await write(kernel, "/app", files);
    expect(await npmInGuest(kernel, "npm init -y")).toEqual(npmOnHost(["init", "-y"], files));
  });

  test("pack", async () => {
    const kernel = await bootWithGreeter();
    const packed = await kernel.exec("npm pack --silent && tar tzf greeter-1.2.3.tgz | sort", {
      cwd: "/lib",
    });
    const files = ["cli.js", "index.js", "package.json"].map((name) => `package/${name}\n`);
    expect(packed.stdout).toBe(`greeter-1.2.3.tgz\n${files.join("")}`);
  });

  test("install of a tarball, its script and its command", async () => {
    const kernel = await bootWithGreeter();
    const line = [
      "mkdir -p /tmp/package && cp /lib/* /tmp/package && tar czf greeter.tgz -C /tmp package",
      "npm install --no-audit --no-fund --silent ./greeter.tgz",
      'node -p \'require("greeter")("node")\' && node_modules/.bin/greeter bin',
      "readlink node_modules/.bin/greeter; cat node_modules/greeter/installed.txt",
    ].join(" && ");
    expect(await npmInGuest(kernel, line)).toEqual({
      exitCode: 0,
      stdout: "\nhello node\nhello bin\n../greeter/cli.js\nran by linux\n".trimStart(),
      stderr: "",
    });
  });

  test("install of a directory, ls", async () => {
    const kernel = await bootWithGreeter();
    const line = "npm install --no-audit --no-fund --silent /lib && npm ls";
    expect(await npmInGuest(kernel, line)).toEqual({
      exitCode: 0,
      stdout: "app@1.0.0 /app\n`-- greeter@1.2.3 -> ./../lib\n\n",
      stderr: "",
    });
  });
});

describe("the trees that guests see", () => {
  const packages = () =>
    hostFolder({
      "plain/package.json": { name: "plain", version: "1.0.0" },
      "plain/index.js": "exports.where = __filename;\n",
      "esm/package.json": { name: "esm", type: "module", exports: { ".": "./main.js" } },
      "esm/main.js": "export const where = import.meta.url;\n",
      ".bin/hello": "#!/usr/bin/env node\nconsole.log('hello from .bin');\n",
      ".pnpm/dep@1/node_modules/dep/index.js": "module.exports = require('leaf');\n",
      ".pnpm/dep@1/node_modules/leaf/index.js": "module.exports = __filename;\n",
    });

  test("packages: from any directory, by require and import, read-only", async () => {
    const kernel = await bootNode({ packages: packages() });
    const program =
      "console.log(require('plain').where); import('esm').then((m) => console.log(m.where))";
    for (const cwd of ["/", "/tmp"]) {
      const { stdout, stderr } = await kernel.exec(`node -e "${program}"`, { cwd });
      expect(stdout + stderr).toBe(
        "/node_modules/plain/index.js\nfile:///node_modules/esm/main.js\n",
      );
    }
    const { stdout, stderr } = await kernel.exec(
      "echo x > /node_modules/plain/index.js; rm -r /node_modules/plain",
    );
    expect(stdout).toBe("");
    expect(stderr).toContain("Read-only file system");
    expect((await kernel.exec("node -p 'require(\"plain\").where'")).exitCode).toBe(0);
  });

  test("packages laid out by pnpm: modules find their own dependencies behind links", async () => {
    const folder = packages();
    symlinkSync(".pnpm/dep@1/node_modules/dep", join(folder, "dep"));
    const kernel = await bootNode({ packages: folder });
    const { stdout } = await kernel.exec("node -p 'require(\"dep\")'");
    expect(stdout).toBe("/node_modules/.pnpm/dep@1/node_modules/leaf/index.js\n");
    const kept = await kernel.exec("node --preserve-symlinks -p 'require(\"dep\")'");
    expect(kept.stderr).toContain("Cannot find module 'leaf'");
  });

  test("a link out of the tree leads nowhere", async () => {
    const folder = packages();
    symlinkSync(hostFolder({ "index.js": "module.exports = 'outside';\n" }), join(folder, "out"));
    const kernel = await bootNode({ packages: folder });
    const { stderr, exitCode } = await kernel.exec("node -p 'require(\"out\")'");
    expect({ exitCode, isMissing: stderr.includes("Cannot find module 'out'") }).toEqual({
      exitCode: 1,
      isMissing: true,
    });
  });

  test("npm: another directory of npm's package, none, and what is none", async () => {
    const without = await bootNode({ npm: false });
    expect(without.commands.get("npm")).toBe("wasmvm");
    expect((await without.exec("npm --version")).exitCode).toBe(127);
    const folder = hostFolder();
    expect(() => createNodeRuntime({ npm: folder })).toThrow(
      "npm must be the directory of npm's package",
    );
    expect(() => createNodeRuntime({ npm: join(folder, "x") })).toThrow("npm must be a directory");
    expect(() => createNodeRuntime({ packages: join(folder, "x") })).toThrow(
      "packages must be a directory",
    );
  });

  test("npm sees its own package and the sandbox, and nothing else of the host", async () => {
    const kernel = await bootNode();
    const { stdout } = await kernel.exec(
      "npm root -g; npm config get prefix; npm config get cache; ls /usr/lib/node_modules; ls /usr/lib",
    );
    expect(stdout).toBe("/usr/lib/node_modules\n/usr\n/root/.npm\nnpm\nnode_modules\n");
  });
});

// A015, A130 to A135: what a guest asks the module loaders for, and what it puts in their way. Everything is found in
// the sandbox's file system or is one of Node's errors.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { probeNode } from "./node-probe.js";

/** Prints as JSON what each attempt came to: its value, or its error's code (name without one). */
const REPORT = `
const report = async (attempts) => {
  const results = {};
  for (const [name, attempt] of Object.entries(attempts)) {
    try { results[name] = await attempt(); } catch (error) { results[name] = error.code ?? error.name; }
  }
  console.log(JSON.stringify(results));
};
`;

const major = Number.parseInt(process.versions.node, 10);

/** A file of the host, by a path that also names nothing in the sandbox. */
function hostFile(): { file: string; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "secure-exec-outside-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "secret.js");
  writeFileSync(file, "module.exports = 'from the host';\n");
  return { file, folder };
}

test("A015: import() of every kind of URL stays within the sandbox", async () => {
  const { file } = hostFile();
  await probeNode(async ({ kernel, node }) => {
    await kernel.writeFile("/app/data.json", '{"a":1}');
    const { stdout, stderr } = await node(
      `${REPORT}
      await report({
        builtin: async () => typeof (await import("node:fs")).readFileSync,
        unknownBuiltin: () => import("node:nothing"),
        data: async () => (await import("data:text/javascript,export default 6*7")).default,
        dataBuiltin: async () => typeof (await import("data:text/javascript,export { default } from 'node:fs'")).default.readFileSync,
        dataRelative: () => import("data:text/javascript,import './data.json'"),
        file: () => import("file://${file}"),
        fileHost: () => import("file://elsewhere${file}"),
        http: () => import("http://127.0.0.1:9/x.mjs"),
        https: () => import("https://example.org/x.mjs"),
        blob: () => import("blob:nodedata:1"),
        json: async () => (await import("./data.json", { with: { type: "json" } })).default.a,
        jsonWithout: () => import("./data.json"),
        wrongAttribute: () => import("./data.json", { with: { type: "css" } }),
        wrongKey: () => import("./data.json", { with: { mode: "x" } }),
        object: () => import({ toString() { throw Object.assign(new Error(), { code: "MINE" }); } }),
        symbol: () => import(Symbol("x")),
      });`,
      "attack.mjs",
    );
    expect({ stderr: stderr.replace(/^\(node.*\n\(Use.*\n/gm, ""), ...JSON.parse(stdout) }).toEqual(
      {
        stderr: "",
        builtin: "function",
        unknownBuiltin: "ERR_UNKNOWN_BUILTIN_MODULE",
        data: 42,
        dataBuiltin: "function",
        dataRelative: "ERR_UNSUPPORTED_RESOLVE_REQUEST",
        file: "ERR_MODULE_NOT_FOUND",
        fileHost: "ERR_INVALID_FILE_URL_HOST",
        http: "ERR_UNSUPPORTED_ESM_URL_SCHEME",
        https: "ERR_UNSUPPORTED_ESM_URL_SCHEME",
        blob: "ERR_UNSUPPORTED_ESM_URL_SCHEME",
        json: 1,
        ...(major < 22
          ? {
              jsonWithout: "ERR_IMPORT_ASSERTION_TYPE_MISSING",
              wrongAttribute: "ERR_IMPORT_ASSERTION_TYPE_UNSUPPORTED",
              wrongKey: "ERR_IMPORT_ASSERTION_TYPE_MISSING",
            }
          : {
              jsonWithout: "ERR_IMPORT_ATTRIBUTE_MISSING",
              wrongAttribute: "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
              wrongKey: "ERR_IMPORT_ATTRIBUTE_UNSUPPORTED",
            }),
        object: "MINE",
        symbol: "TypeError",
      },
    );
  });
});

test("A130: no way of writing a path leads to a file of the host", async () => {
  const { file } = hostFile();
  await probeNode(async ({ kernel, node }) => {
    await kernel.writeFile(
      "/app/node_modules/climber/package.json",
      JSON.stringify({
        name: "climber",
        exports: {
          ".": "./../../../..",
          "./up": `./../../../../..${file}`,
          "./abs": file,
          "./enc": "./%2e%2e/%2e%2e/x.js",
          "./*": "./*.js",
        },
        imports: { "#up": `./../..${file}`, "#abs": file },
      }),
    );
    await kernel.writeFile("/app/node_modules/climber/in.cjs", "module.exports = require('#up');");
    const up = "../".repeat(12);
    const { stdout } = await node(`${REPORT}
      const nul = String.fromCharCode(0);
      report({
        // The sandbox has an /etc/passwd of its own, which is no JavaScript.
        relative: () => require("${up}etc/passwd"),
        absolute: () => require("${file}"),
        climbing: () => require("${up.slice(0, -1)}${file}"),
        fileUrl: () => require("file://${file}"),
        nul: () => require("./x" + nul + ".js"),
        nulPackage: () => require("climber/" + nul),
        exportsUp: () => require("climber/up"),
        exportsRoot: () => require("climber"),
        exportsAbsolute: () => require("climber/abs"),
        exportsEncoded: () => import("climber/enc"),
        pattern: () => require("climber/../../../../secret"),
        patternEncoded: () => import("climber/%2e%2e/%2e%2e/secret"),
        slash: () => import("climber/..%2f..%2fsecret"),
        encodedSlash: () => import("file:///app%2f..%2fetc"),
        importsUp: () => require("climber/in.cjs"),
        createRequire: () => require("module").createRequire("${file}")("./secret"),
        createRequireRoot: () => require("module").createRequire("/")("..${file}"),
        nodePath: () => { process.env.NODE_PATH = "${file.slice(0, -10)}"; require("module")._initPaths(); return require("secret.js"); },
        resolvePaths: () => require.resolve("secret.js", { paths: ["${file.slice(0, -10)}"] }),
      });`);
    const results: Record<string, string> = JSON.parse(stdout);
    for (const [name, result] of Object.entries(results)) {
      expect(`${name}: ${result}`).toMatch(
        /: (SyntaxError|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND|ERR_PACKAGE_PATH_NOT_EXPORTED|ERR_INVALID_(PACKAGE_TARGET|MODULE_SPECIFIER|ARG_VALUE|FILE_URL_PATH)|ERR_PACKAGE_IMPORT_NOT_DEFINED|ENOENT)$/,
      );
    }
    expect(Object.keys(results)).toHaveLength(19);
  });
});

test("A131: odd names of packages are data, deep and cyclic trees end", async () => {
  await probeNode(async ({ kernel, run, node }) => {
    for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString", "Fs"]) {
      await kernel.writeFile(
        `/app/node_modules/${name}/index.js`,
        `module.exports = 'package ${name}';`,
      );
    }
    await kernel.writeFile("/app/node_modules/fs/index.js", "module.exports = 'not the builtin';");
    await kernel.writeFile(
      "/app/node_modules/own/package.json",
      '{"__proto__":{"main":"polluted.js"},"constructor":{"x":1},"main":"main.js","exports":{"__proto__":"./polluted.js",".":"./main.js"}}',
    );
    await kernel.writeFile("/app/node_modules/own/main.js", "module.exports = 'main of own';");
    await run(
      "mkdir -p cyclic/node_modules && ln -s .. cyclic/node_modules/self && ln -s /app/cyclic/node_modules cyclic/node_modules/node_modules",
    );
    await kernel.writeFile("/app/cyclic/index.js", "module.exports = 'cyclic ' + __filename;");
    const { stdout } = await node(
      `${REPORT}
      const deep = "/app/" + "node_modules/a/".repeat(1000);
      report({
        proto: () => require("__proto__"),
        constructor: () => require("constructor"),
        own: () => require("hasOwnProperty") + require("toString"),
        otherCase: () => require("Fs"),
        builtin: () => typeof require("fs").readFileSync,
        scheme: () => require("node:Fs"),
        schemeProto: () => require("node:__proto__"),
        fields: () => require("own"),
        dot: () => require("."),
        dots: () => require(".."),
        empty: () => require(""),
        cyclic: () => require("./cyclic/node_modules/self/node_modules/self"),
        deep: () => require(deep + "x"),
        deepWalk: () => require("module").createRequire("/" + "a/".repeat(2000))("nothing"),
        polluted: () => ({}).main ?? "clean",
      });`,
      "index-of-attack.cjs",
    );
    expect(JSON.parse(stdout)).toEqual({
      proto: "package __proto__",
      constructor: "package constructor",
      own: "package hasOwnPropertypackage toString",
      otherCase: "package Fs",
      builtin: "function",
      scheme: "ERR_UNKNOWN_BUILTIN_MODULE",
      schemeProto: "ERR_UNKNOWN_BUILTIN_MODULE",
      // As in Node: keys of conditions and of paths are mixed.
      fields: "ERR_INVALID_PACKAGE_CONFIG",
      dot: "MODULE_NOT_FOUND",
      dots: "MODULE_NOT_FOUND",
      empty: "ERR_INVALID_ARG_VALUE",
      cyclic: "cyclic /app/cyclic/index.js",
      deep: "MODULE_NOT_FOUND",
      deepWalk: "MODULE_NOT_FOUND",
      polluted: "clean",
    });
  });
});

test("A132: a package.json that is huge, deep, doubled or points at itself", async () => {
  await probeNode(async ({ kernel, run, node }) => {
    const put = (name: string, text: string) =>
      kernel.writeFile(`/app/node_modules/${name}/package.json`, text);
    await put("deep", `{"main":${"[".repeat(200_000)}`);
    await put("doubled", '{"main":"a.js","main":"b.js"}');
    await kernel.writeFile("/app/node_modules/doubled/b.js", "module.exports = 'the last one';");
    await put("loop", '{"main":"."}');
    await put("text", '"a string"');
    await put("empty", "");
    await put("array", "[]");
    await put("byte", "\ufeff{ not json");
    const { stdout } = await node(`${REPORT}
      report({
        deep: () => require("deep"),
        doubled: () => require("doubled"),
        loop: () => require("loop"),
        text: () => require("text"),
        empty: () => require("empty"),
        array: () => require("array"),
        byte: () => require("byte"),
      });`);
    // What Node's own loaders say of them on the host.
    const invalid = major < 22 ? "SyntaxError" : "ERR_INVALID_PACKAGE_CONFIG";
    const noObject = major < 22 ? "MODULE_NOT_FOUND" : "ERR_INVALID_PACKAGE_CONFIG";
    expect(JSON.parse(stdout)).toEqual({
      deep: invalid,
      doubled: "the last one",
      loop: "MODULE_NOT_FOUND",
      text: noObject,
      empty: invalid,
      array: noObject,
      byte: invalid,
    });
    // 100 MB: it ends by an error or by the guest's own limit.
    const huge = `{"name":"${"x".repeat(100 * 1024 * 1024)}"}`;
    await put("huge", huge);
    const { exitCode } = await run("node -e 'require(\"huge\")'");
    expect([1, 134, 137]).toContain(exitCode);
    expect((await run("node -p 1+1")).stdout).toBe("2\n");
  });
});

test("A133: an addon is not loaded", async () => {
  const { folder } = hostFile();
  writeFileSync(join(folder, "addon.node"), "\u007fELF not really");
  await probeNode(
    async ({ node }) => {
      const { stdout } = await node(`${REPORT}
        report({
          require: () => require("/node_modules/addon.node"),
          dlopen: () => process.dlopen({ exports: {} }, "/node_modules/addon.node"),
          flags: () => process.dlopen({ exports: {} }, "/node_modules/addon.node", 2),
          missing: () => process.dlopen({ exports: {} }, "/nowhere.node"),
          extension: () => require("module")._extensions[".node"]({ exports: {} }, "/node_modules/addon.node"),
        });`);
      const code = "ERR_DLOPEN_FAILED";
      const all = { require: code, dlopen: code, flags: code, missing: code, extension: code };
      expect(JSON.parse(stdout)).toEqual(all);
    },
    { packages: folder },
  );
});

test("A134: install scripts run in the sandbox", async () => {
  await probeNode(async ({ kernel, run }) => {
    await kernel.writeFile("/app/package.json", '{"name":"app","version":"1.0.0"}');
    await kernel.writeFile(
      "/lib/package.json",
      JSON.stringify({
        name: "lib",
        version: "1.0.0",
        scripts: {
          preinstall:
            "cat /etc/passwd /proc/version > seen.txt; env >> seen.txt; ls -a / /root /home >> seen.txt",
          postinstall:
            "node -e \"require('fs').appendFileSync('seen.txt', JSON.stringify([process.env, process.execPath, require('os').hostname()]))\"",
        },
      }),
    );
    await run("cd /lib && npm pack --silent --pack-destination /app");
    const { exitCode } = await run("npm install --no-audit --no-fund --silent ./lib-1.0.0.tgz");
    expect(exitCode).toBe(0);
    const { stdout } = await run("cat node_modules/lib/seen.txt");
    expect(stdout).toContain("npm_lifecycle_event=preinstall");
    expect(stdout).toContain('"/usr/bin/node"');
  });
});

test("A135: a module that is rewritten between its resolution and its loading is one text or the other", async () => {
  await probeNode(async ({ kernel, node, run }) => {
    const text = (letter: string) => `module.exports = "${letter.repeat(200_000)}";`;
    await kernel.writeFile("/app/rewritten.js", text("a"));
    const writer = kernel.spawn("node", [
      "-e",
      `const fs = require("fs"); const texts = ["a", "b"].map((l) => 'module.exports = "' + l.repeat(200000) + '";');
       console.log("ready"); for (let i = 0; ; i++) { fs.writeFileSync("/app/next.js", texts[i % 2]); fs.renameSync("/app/next.js", "/app/rewritten.js"); }`,
    ]);
    const { stdout } = await node(`
      const seen = new Set();
      for (let i = 0; i < 40; i++) {
        delete require.cache[require.resolve("./rewritten.js")];
        const value = require("./rewritten.js");
        seen.add(value.length === 200000 && (/^a+$/.test(value) || /^b+$/.test(value)));
      }
      console.log([...seen].join());`);
    writer.kill(9);
    await writer.wait();
    expect(stdout).toBe("true\n");
    // A guest's cache of modules is its own: another guest reads the file anew.
    await kernel.writeFile("/app/rewritten.js", "module.exports = 'fresh';");
    await node(
      "require.cache[require.resolve('./rewritten.js')] = { exports: 'poisoned', loaded: true };",
    );
    expect((await run("node -p 'require(\"./rewritten.js\")'")).stdout).toBe("fresh\n");
  });
});

// The Oils project's spec tests of shells (spec/*.test.sh; those of its own language, ysh, are left out). The checkout is the folder in
// SECURE_EXEC_OILS, or the pinned commit, cloned into .conformance/ with git. Nothing of it is in this repository.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runSuite } from "./cases.mjs";
import { writeHostPrograms } from "./programs.mjs";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/oils", import.meta.url));
const COMMIT = "15de8fd779569e6e3a9f5fcbfc00e7df0ebe0380";
/** A clone or a mirror of the repository. */
const REPOSITORY =
  process.env.SECURE_EXEC_OILS_REPOSITORY ?? "https://github.com/oils-for-unix/oils.git";
const GUEST_ROOT = "/oils";

/** @param {string | undefined} filter - Part of `file: case`. */
export async function run(filter) {
  const root = process.env.SECURE_EXEC_OILS ?? folder;
  await mkdir(folder, { recursive: true });
  if (!existsSync(path.join(root, "spec"))) await download();
  const hostPath = path.join(folder, "programs");
  await writeHostPrograms(hostPath);
  const names = (await readdir(path.join(root, "spec"))).filter(
    (name) => name.endsWith(".test.sh") && !/^(ysh|hay)-?/.test(name),
  );
  const cases = [];
  for (const name of names.sort()) {
    const text = await readFile(path.join(root, "spec", name), "latin1");
    cases.push(...casesOf(name.replace(/\.test\.sh$/, ""), text));
  }
  const testdata = await filesBelow(path.join(root, "spec"), /^(testdata|bin)\//);
  const prepare = async (kernel) => {
    for (const [name, data] of testdata) {
      const file = `${GUEST_ROOT}/spec/${name}`;
      await kernel.mkdir(path.posix.dirname(file), { recursive: true });
      await kernel.writeFile(file, data);
    }
    await kernel.exec(`chmod -R a+x ${GUEST_ROOT}`);
  };
  const host = { PATH: `${hostPath}:/usr/bin:/bin`, REPO_ROOT: path.resolve(root) };
  const guest = { PATH: "/oils/bin:/usr/bin:/bin", REPO_ROOT: GUEST_ROOT };
  await runSuite({ name: "oils", version: COMMIT, folder, cases, host, guest, prepare }, filter);
}

async function download() {
  console.error(`cloning ${REPOSITORY} at ${COMMIT} into ${folder}`);
  const clone = path.join(folder, "clone");
  await exec("git", ["clone", "--quiet", "--no-checkout", REPOSITORY, clone]);
  const place = [`--git-dir=${clone}/.git`, `--work-tree=${folder}`];
  await exec("git", [...place, "checkout", COMMIT, "--", "spec"], { cwd: folder });
}

async function filesBelow(directory, wanted) {
  const files = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(directory, file);
    if (wanted.test(name)) files.push([name, await readFile(file)]);
  }
  return files;
}

const KEY_VALUE = /^## +(?:((?:OK|BUG)(?:-\d)?|N-I) +([\w+/]+) +)?([\w-]+): *(.*)$/;
const isComment = (line) => /^\s*#/.test(line);

/** Parses one file as Oils' test/sh_spec.py does. */
function casesOf(file, text) {
  const lines = text.split("\n").map((line) => `${line}\n`);
  if (lines.at(-1) === "\n") lines.pop();
  const starts = lines.flatMap((line, index) => (line.startsWith("####") ? [index] : []));
  const seen = new Map();
  return starts.map((start, index) => {
    const title = lines[start].slice(4).trim();
    const count = (seen.get(title) ?? 0) + 1;
    seen.set(title, count);
    const name = `${file}: ${title}${count > 1 ? ` (${count})` : ""}`;
    return caseOf(name, lines.slice(start + 1, starts[index + 1]));
  });
}

function caseOf(name, lines) {
  const expected = { all: {}, bash: {} };
  let code = "";
  let isCode = false;
  let hasCode = false;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    const pair = KEY_VALUE.exec(line.trimEnd());
    if (pair) {
      isCode = false;
      const [, , shells, key, value] = pair;
      const target = !shells
        ? expected.all
        : shells.split("/").includes("bash")
          ? expected.bash
          : {};
      if (key !== "STDOUT" && key !== "STDERR") {
        target[key] = key === "stdout" || key === "stderr" ? `${value}\n` : value;
        continue;
      }
      let block = "";
      while (index + 1 < lines.length && !lines[index + 1].startsWith("##")) {
        index++;
        // The harness reads past comments here as everywhere.
        if (!isComment(lines[index])) block += lines[index];
      }
      if (/^## +END/.test(lines[index + 1] ?? "")) index++;
      target[key.toLowerCase()] = block;
      continue;
    }
    if (line.startsWith("##")) {
      isCode = false;
      continue;
    }
    if (hasCode && !isCode) continue;
    // Comments are left out of the code as well.
    if (isComment(line) || (!isCode && line.trim() === "")) continue;
    isCode = true;
    hasCode = true;
    code += line;
  }
  if (expected.all.code !== undefined) code = expected.all.code;
  const want = {
    stdout: wanted(expected, "stdout"),
    stderr: wanted(expected, "stderr"),
    status: Number(expected.bash.status ?? expected.all.status ?? 0),
  };
  const env = { LC_ALL: "C.UTF-8", SH: "bash" };
  return { name, args: [], stdin: code, env, check: (result) => differences(want, result) };
}

function wanted({ all, bash }, key) {
  for (const from of [bash, all]) {
    if (from[key] !== undefined) return from[key];
    if (from[`${key}-json`] !== undefined) {
      return Buffer.from(JSON.parse(from[`${key}-json`]), "utf8").toString("latin1");
    }
  }
  return undefined;
}

function differences(want, got) {
  if (got.isTimedOut) return "takes too long";
  const status = want.status < 0 ? 128 - want.status : want.status;
  for (const key of ["stdout", "stderr"]) {
    if (want[key] !== undefined && want[key] !== got[key]) {
      return `${key}: wanted ${JSON.stringify(want[key])}, got ${JSON.stringify(got[key])}\nstderr: ${got.stderr}`;
    }
  }
  if (status !== got.status) {
    return `status: wanted ${status}, got ${got.status}\nstderr: ${got.stderr}`;
  }
  return undefined;
}

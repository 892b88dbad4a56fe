// mksh's regression tests (check.t) from Debian's source package of mksh: the file in SECURE_EXEC_MKSH_CHECK, or the pinned
// archive, downloaded into .conformance/. Left out: cases for other systems and builds, those that need a controlling terminal or Perl, and what
// the host's bash does not pass, which is what is mksh's own.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runSuite } from "./cases.mjs";

const exec = promisify(execFile);
const folder = fileURLToPath(new URL("../../../.conformance/mksh", import.meta.url));
const ARCHIVE = "http://deb.debian.org/debian/pool/main/m/mksh/mksh_59c.orig.tar.gz";
const SHA256 = "77ae1665a337f1c48c61d6b961db3e52119b38e58884d1c89684af31f87bc506";
const CATEGORIES = new Set(["os:linux", "shell:ebcdic-no", "shell:ascii-yes", "shell:legacy-no"]);
for (const more of ["shell:textmode-no", "int:64", "regress:no-ctty"]) CATEGORIES.add(more);

/** @param {string | undefined} filter - Part of a case's name. */
export async function run(filter) {
  const file = process.env.SECURE_EXEC_MKSH_CHECK ?? path.join(folder, "check.t");
  await mkdir(folder, { recursive: true });
  if (!existsSync(file)) await download();
  const cases = recordsOf(await readFile(file, "latin1"))
    .filter(isForUs)
    .map(caseOf);
  const both = { PATH: "/usr/bin:/bin" };
  await runSuite({ name: "mksh", version: "59c", folder, cases, host: both, guest: both }, filter);
}

async function download() {
  console.error(`downloading ${ARCHIVE} into ${folder}`);
  const response = await fetch(ARCHIVE);
  const data = Buffer.from(await response.arrayBuffer());
  const sum = createHash("sha256").update(data).digest("hex");
  if (sum !== SHA256) throw new Error(`${ARCHIVE}: sha256 is ${sum}, not ${SHA256}`);
  const archive = path.join(folder, "mksh.tar.gz");
  await writeFile(archive, data);
  await exec("tar", ["-xzf", archive, "-C", folder, "--strip-components=1", "mksh/check.t"]);
}

/** Reads `tag: value` records as mksh's check.pl does. */
function recordsOf(text) {
  const records = [];
  let record = { "file-setup": [] };
  let tag;
  let value;
  const end = () => {
    if (tag === undefined) return;
    if (tag === "file-setup") record[tag].push(fileOf(value));
    else record[tag] = textOf(value);
    tag = undefined;
  };
  for (const line of text.split("\n")) {
    if (tag !== undefined && line.startsWith("\t")) {
      value.push(line.slice(1));
      continue;
    }
    if (line === "---") {
      end();
      records.push(record);
      record = { "file-setup": [] };
      continue;
    }
    const start = /^([a-z-]+):[ \t]*(.*)$/.exec(line);
    if (!start) continue;
    end();
    tag = start[1];
    value = [start[2].trim()];
  }
  return records;
}

/** An empty first line does not count; a lone `!` there takes the last newline away. */
function textOf([first, ...rest]) {
  if (rest.length === 0) return first;
  const text = rest.map((line) => `${line}\n`).join("");
  if (first === "!") return text.slice(0, -1);
  return first === "" ? text : `${first}\n${text}`;
}

function fileOf([first, ...rest]) {
  const isStripped = first.startsWith("!");
  const [, kind, mode, name] = /^!?\s*(\w+)\s+(\w+)\s+"(.*)"/.exec(first) ?? [];
  const text = rest.map((line) => `${line}\n`).join("");
  const isWhole = !isStripped && kind !== "symlink";
  return { kind, mode: Number.parseInt(mode, 8), name, text: isWhole ? text : text.trimEnd() };
}

function isForUs(record) {
  if (!record.name || record["need-ctty"] || record["perl-setup"] || record["expected-fail"]) {
    return false;
  }
  if (!record.category) return true;
  const categories = record.category.split(",").map((category) => category.trim());
  if (
    categories.some((category) => category.startsWith("!") && CATEGORIES.has(category.slice(1)))
  ) {
    return false;
  }
  return categories.some((category) => category.startsWith("!") || CATEGORIES.has(category));
}

/** The parts of a list that begins and ends with its separator. */
const listOf = (text = "") => text.trim().slice(1).split(text.trim()[0]).slice(0, -1);

function caseOf(record) {
  const env = {
    ENV: "/nonexistant",
    __progname: "bash",
    LC_ALL: "C.UTF-8",
    USER: "root",
    SHELL: "/bin/sh",
  };
  for (const entry of listOf(record["env-setup"]).filter(Boolean)) {
    const [name, ...value] = entry.replace("@utflocale@", "C.UTF-8").split("=");
    if (entry.includes("=")) env[name] = value.join("=");
    else delete env[name];
  }
  return {
    name: record.name,
    args: listOf(record.arguments),
    env,
    stdin: record.stdin ?? "",
    script: record.script,
    files: record["file-setup"],
    check: (result) => differences(record, result),
  };
}

function differences(record, got) {
  if (got.isTimedOut) return "takes too long";
  for (const key of ["stdout", "stderr"]) {
    const pattern = record[`expected-${key}-pattern`];
    const want = record[`expected-${key}`] ?? "";
    const isMet = pattern === undefined ? got[key] === want : matches(pattern, got[key]);
    if (!isMet) {
      return `${key}: wanted ${JSON.stringify(pattern ?? want)}, got ${JSON.stringify(got[key])}\nstderr: ${got.stderr}`;
    }
  }
  const exit = record["expected-exit"] ?? "0";
  if (isExit(exit, got.status)) return undefined;
  return `status: wanted ${exit}, got ${got.status}\nstderr: ${got.stderr}`;
}

/** Perl's `/…/`, `m/…/s` and `!/…/`. */
function matches(pattern, text) {
  const parts = /^\s*(!?)\s*(?:m(?=\W))?(\W)(.*)\2([a-z]*)\s*$/s.exec(pattern.trim());
  if (!parts) return false;
  const [, not, , source, flags] = parts;
  return new RegExp(source, flags.replace(/[^ims]/g, "")).test(text) === (not === "");
}

/** A number, or an expression of `e`, the exit code. */
function isExit(expression, status) {
  const alternatives = expression.split("||").map((part) => part.trim());
  return alternatives.some((part) => {
    const comparison = /^(?:e\s*(==|!=|>|<))?\s*(\d+)$/.exec(part);
    if (!comparison) return false;
    const [, operator = "==", number] = comparison;
    const wanted = Number(number);
    if (operator === "==") return status === wanted;
    if (operator === "!=") return status !== wanted;
    return operator === ">" ? status > wanted : status < wanted;
  });
}

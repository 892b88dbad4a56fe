// Makes docs/sdk.md from the declarations that the package ships: `npm run docs`. A test compares the two.
// TypeScript 7 has no interface for programs: this reads the text of the .d.ts files, which its emitter lays out in
// one way only.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("./sdk.md", import.meta.url));
const root = fileURLToPath(new URL("..", import.meta.url));

/** What is shown first, and what follows it. The rest comes in the order of src/index.ts. */
const first = ["NodeRuntime", "NodeRuntimeCreateOptions", "NodeRuntimeProcess", "ResidentRunner"];

/** The declarations of src/, emitted into a folder. */
function emitDeclarations(folder) {
  const require = createRequire(import.meta.url);
  const tsc = path.join(path.dirname(require.resolve("typescript/package.json")), "bin/tsc");
  const project = path.join(root, "tsconfig.build.json");
  const args = [tsc, "--project", project, "--noCheck", "--outDir", folder];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`tsc failed:\n${stdout}`);
}

/** The text of a comment, without its stars. */
function textOf(comment) {
  const lines = (comment ?? "").replace(/^\s*\/\*\*|\*\/\s*$/g, "").split("\n");
  return lines
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();
}

/** The declarations of one file by name. */
function declarationsOf(file) {
  const text = readFileSync(file, "utf8");
  const pattern =
    /^(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?export (?:declare )?(?:abstract )?(class|interface|type) (\w+)((?:[^\n]*\{\n[\s\S]*?^\})|[\s\S]*?;)$/gm;
  const found = new Map();
  for (const [, comment, kind, name, rest] of text.matchAll(pattern)) {
    found.set(name, { kind, name, rest, text: textOf(comment) });
  }
  return found;
}

/** The members in the braces of a class or an interface. */
function membersOf(rest) {
  const open = rest.indexOf("{\n");
  const body = open === -1 ? "" : rest.slice(open + 2, rest.lastIndexOf("}"));
  const pattern =
    /^( {4}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?( {4}\S[^\n]*(?:\n {5,}[^\n]*|\n {4}\}[^\n]*)*)$/gm;
  return [...body.matchAll(pattern)]
    .map(([, comment, signature]) => ({
      text: textOf(comment),
      signature: signature.trim().replace(/^(?:override |public )+/, ""),
    }))
    .filter(
      ({ signature }) => !/^(?:#|private|protected|constructor|abstract|\[Symbol)/.test(signature),
    );
}

const inTable = (text) => text.replaceAll("\n", " ").replaceAll("|", "\\|");

function describeInterface({ rest }) {
  const base = /^\s*extends ([^{]+)\{/.exec(rest)?.[1].trim();
  const rows = membersOf(rest).map(({ signature, text }) => {
    const [, name, type] = /^(?:readonly )?(\w+\??|\[[^\]]+\])\s*:?\s*([\s\S]*);$/.exec(
      signature,
    ) ?? [null, signature, ""];
    return `| \`${name}\` | \`${inTable(type)}\` | ${inTable(text)} |`;
  });
  const table = rows.length > 0 ? `\n\n| field | type | |\n|---|---|---|\n${rows.join("\n")}` : "";
  return `${base ? `\n\nWith all of \`${base}\`.` : ""}${table}`;
}

/** A class that has fields only, such as an error. */
const hasFieldsOnly = ({ rest }) =>
  membersOf(rest).every(({ signature }) => !/^(?:static|get) |\(/.test(signature));

/** A class's members, then those of the classes above it. */
function allMembers(rest, declarations) {
  const above = declarations.get(/^\s*extends (\w+)/.exec(rest)?.[1]);
  return [...membersOf(rest), ...(above ? allMembers(above.rest, declarations) : [])];
}

function describeClass({ rest }, declarations) {
  const members = allMembers(rest, declarations);
  const parts = [];
  for (const { signature, text } of members) {
    const name = /^(?:(?:static|get|readonly) )*(\w+)/.exec(signature)?.[1];
    const last = parts.at(-1);
    if (last && last.name === name) last.signatures.push(signature);
    else parts.push({ name, signatures: [signature], text });
    if (text) parts.at(-1).text = text;
  }
  return parts
    .map(
      ({ name, signatures, text }) =>
        `\n\n#### ${name}\n\n\`\`\`ts\n${signatures.join("\n")}\n\`\`\`${text ? `\n\n${text}` : ""}`,
    )
    .join("");
}

function describe(declaration, declarations) {
  const { kind, name, rest, text } = declaration;
  const body =
    kind === "class" && !hasFieldsOnly(declaration)
      ? describeClass(declaration, declarations)
      : kind !== "type"
        ? describeInterface(declaration)
        : `\n\n\`\`\`ts\ntype ${name}${rest}\n\`\`\``;
  return `### ${name}${text ? `\n\n${text}` : ""}${body}`;
}

/** The page's text. */
export function sdkPage() {
  const folder = mkdtempSync(path.join(tmpdir(), "secure-exec-types-"));
  try {
    emitDeclarations(folder);
    const index = readFileSync(path.join(folder, "index.d.ts"), "utf8");
    const declarations = new Map();
    for (const file of readdirSync(path.join(folder, "runtime"))) {
      if (!file.endsWith(".d.ts")) continue;
      for (const [name, declaration] of declarationsOf(path.join(folder, "runtime", file))) {
        declarations.set(name, { ...declaration, file });
      }
    }
    const names = [];
    const pattern = /^export (?:type )?(\*|\{[^}]*\}) from "\.\/runtime\/([^"]+)\.js";$/gm;
    for (const [, exported, file] of index.matchAll(pattern)) {
      const all = [...declarations.values()].filter(
        (declaration) => declaration.file === `${file}.d.ts`,
      );
      if (exported === "*") names.push(...all.map(({ name }) => name));
      else
        names.push(
          ...exported
            .replace(/[{}]|\btype\b/g, "")
            .split(",")
            .map((name) => name.trim()),
        );
    }
    const shown = [...new Set([...first, ...names])].filter((name) => declarations.has(name));
    const sections = shown.map((name) => describe(declarations.get(name), declarations));
    return `<!-- Made by docs/sdk.mjs from the package's declarations. Run \`npm run docs\` to make it anew. -->
# SDK reference: \`secure-exec\`

What the facade has: \`import { NodeRuntime } from "secure-exec"\`. [quickstart.md](quickstart.md) shows it at work. The
kernel below it and the drivers, which \`secure-exec\` exports, too, are told in their declarations.

${sections.join("\n\n")}
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(page, sdkPage());

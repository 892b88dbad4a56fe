/**
 * What a module's text seems to load, in its order: relative names that `require` gets on lines that are not indented, which mostly
 * run, where indented ones mostly wait for a call. A guess: files are read ahead by it, and nothing else depends on it.
 */

const { apply } = Reflect;
const { indexOf, lastIndexOf } = String.prototype;

const CALL = "require(";
/** Names of one text. */
const NAMES_MAX = 64;
const NAME_LENGTH_MAX = 256;

/** @param file - Absolute path of the module. */
export function requiredFiles(file: string, text: string): string[] {
  const files: string[] = [];
  const folder = file.slice(0, lastPlace(file, "/", file.length));
  for (
    let at = place(text, CALL, 0);
    at !== -1 && files.length < NAMES_MAX;
    at = place(text, CALL, at + CALL.length)
  ) {
    const begin = at + CALL.length + 1;
    const quote = text[begin - 1];
    if ((quote !== '"' && quote !== "'") || text[begin] !== "." || isIndented(text, at)) continue;
    const end = place(text, quote, begin);
    if (end === -1 || end - begin > NAME_LENGTH_MAX) continue;
    const path = pathOf(folder, text.slice(begin, end));
    if (path === null) continue;
    files.push(path);
    // The next one that Node tries.
    if (lastPlace(path, ".", path.length) < lastPlace(path, "/", path.length))
      files.push(`${path}.js`);
  }
  return files;
}

function isIndented(text: string, at: number): boolean {
  const first = text[lastPlace(text, "\n", at) + 1];
  return first === " " || first === "\t";
}

/** Null for what is written in another way than `./a/b` and `../a/b`. */
function pathOf(folder: string, name: string): string | null {
  let base = folder;
  let rest = name;
  for (;;) {
    if (place(rest, "./", 0) === 0) rest = rest.slice(2);
    else if (place(rest, "../", 0) === 0) {
      rest = rest.slice(3);
      base = base.slice(0, Math.max(0, lastPlace(base, "/", base.length)));
    } else break;
  }
  const isOdd = rest === "" || rest[0] === "." || rest[rest.length - 1] === "/";
  const hasOdd = ["//", "/.", "\\", "\0"].some((odd) => place(rest, odd, 0) !== -1);
  return isOdd || hasOdd ? null : `${base}/${rest}`;
}

function place(text: string, part: string, from: number): number {
  return apply(indexOf, text, [part, from]);
}

function lastPlace(text: string, part: string, from: number): number {
  return apply(lastIndexOf, text, [part, from]);
}

/** Paths as text. Nothing here looks at files: `..` after a symbolic link is the business of `PathResolution`. */
import { bytesOfText } from "./byte-text.js";
import { NAME_MAX, PATH_MAX } from "./constants.js";

const SLASH = 0x2f;
const DOT = 0x2e;
/** A UTF-16 unit is at most three bytes of UTF-8: up to here nothing can be too long. */
const PLAIN_NAME = Math.floor(NAME_MAX / 3);
const PLAIN_PATH = Math.floor((PATH_MAX - 1) / 3);

/**
 * Whether a path is absolute and can be looked up as it is: no empty name, `.`, `..` or NUL, and
 * certainly not too long. One pass, since nearly every call comes by here.
 */
export function isPlain(path: string): boolean {
  const { length } = path;
  if (length < 2 || length > PLAIN_PATH || path.charCodeAt(0) !== SLASH) return false;
  let start = 1;
  for (let at = 1; at <= length; at++) {
    const code = at < length ? path.charCodeAt(at) : SLASH;
    if (code === 0) return false;
    if (code !== SLASH) continue;
    const nameLength = at - start;
    if (nameLength === 0 || nameLength > PLAIN_NAME) return false;
    const isDots = nameLength <= 2 && path.charCodeAt(start) === DOT;
    if (isDots && path.charCodeAt(at - 1) === DOT) return false;
    start = at + 1;
  }
  return true;
}

/** The names of a path, without empty ones and `.`; `..` stays. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** `path` made absolute by `directory`, not normalised. */
export function absolutePath(directory: string, path: string): string {
  if (path.startsWith("/")) return path;
  return directory === "/" ? `/${path}` : `${directory}/${path}`;
}

/** `path` with `..` taken as text; right only where no name is a symbolic link. */
export function normalizePath(path: string): string {
  const names: string[] = [];
  for (const name of splitPath(path)) {
    if (name === "..") names.pop();
    else names.push(name);
  }
  return `/${names.join("/")}`;
}

/** The path of the directory that holds `path`, which is absolute and normalised. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last name of `path`, which is absolute and normalised; empty for `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Whether `path` is `directory` or lies below it; both are absolute and normalised. */
export function isWithin(path: string, directory: string): boolean {
  // Equal strings are told sooner than equal beginnings.
  if (path.length <= directory.length) return path === directory;
  if (directory === "/") return true;
  return path.charCodeAt(directory.length) === SLASH && path.startsWith(directory);
}

/** `path` without the slashes at its end; the root stays. */
export function withoutSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** Whether what `path` leads to has to be a directory: it ends with `/`, `.` or `..`. */
export function saysDirectory(path: string): boolean {
  const last = path.at(-1);
  if (last !== "/" && last !== ".") return false;
  return last === "/" || /(^|\/)\.\.?$/.test(path);
}

/** Whether `text` has more bytes of UTF-8 than that. */
export function isLongerThan(text: string, limitBytes: number): boolean {
  // A UTF-16 unit is at most three bytes of UTF-8.
  if (text.length * 3 <= limitBytes) return false;
  return bytesOfText(text).length > limitBytes;
}

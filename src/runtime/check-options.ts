/** Checks that options are what they say. A key that does not exist is an error that names the nearest one. */
import { closest } from "fastest-levenshtein";
import { OptionError } from "./errors.js";

/** The object of options, or none, with no key but those of `known`. */
export function checkKeys(call: string, given: unknown, known: readonly string[]): void {
  if (given === undefined) return;
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new OptionError(call, `expected an object of options, got ${kindOf(given)}`);
  }
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    throw new OptionError(`${call}: ${key}`, `no such option${suggestion(key, known)}`);
  }
}

/** What the wrong word was probably meant to be. */
export function suggestion(wrong: string, known: readonly string[]): string {
  return known.length === 0 ? "" : `; did you mean "${closest(wrong, known)}"?`;
}

export function checkText(option: string, value: unknown): asserts value is string | undefined {
  if (value === undefined) return;
  if (typeof value !== "string") throw expected(option, "a string", value);
  if (value.includes("\0")) throw new OptionError(option, "must have no NUL in it");
}

/** An absolute path of the guest's. */
export function checkPath(option: string, value: unknown): asserts value is string {
  checkText(option, value);
  if (typeof value !== "string" || !value.startsWith("/")) {
    throw expected(option, "an absolute path", value);
  }
}

export function checkFlag(option: string, value: unknown): asserts value is boolean | undefined {
  if (value !== undefined && typeof value !== "boolean") throw expected(option, "a boolean", value);
}

export function checkFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== "function") {
    throw expected(option, "a function", value);
  }
}

/** A number from `least` up; `isWhole` for counts. */
export function checkNumber(option: string, value: unknown, least: number, isWhole = true): void {
  if (value === undefined) return;
  const isFine = typeof value === "number" && value >= least && (!isWhole || isCount(value));
  if (!isFine)
    throw expected(option, `${isWhole ? "an integer" : "a number"} from ${least}`, value);
}

/** An array of strings. */
export function checkWords(option: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) throw expected(option, "an array of strings", value);
  for (const [index, word] of value.entries()) {
    if (typeof word !== "string") throw expected(`${option}[${index}]`, "a string", word);
    checkText(`${option}[${index}]`, word);
  }
}

/** Environment variables. */
export function checkEnv(option: string, value: unknown): void {
  if (value === undefined) return;
  for (const [name, text] of entriesOf(option, value)) {
    if (name === "" || name.includes("=") || name.includes("\0")) {
      throw new OptionError(`${option}.${name}`, "not a variable's name");
    }
    if (typeof text !== "string") throw expected(`${option}.${name}`, "a string", text);
    checkText(`${option}.${name}`, text);
  }
}

export function checkOneOf(option: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.some((choice) => choice === value)) return;
  const list = choices.map((choice) => `"${choice}"`).join(" or ");
  throw expected(option, list, value);
}

export function checkAbortSignal(option: string, value: unknown): void {
  if (value !== undefined && !(value instanceof AbortSignal)) {
    throw expected(option, "an AbortSignal", value);
  }
}

/** The entries of an object that is a table. */
export function entriesOf(option: string, value: unknown): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw expected(option, "an object", value);
  }
  return Object.entries(value);
}

export function expected(option: string, what: string, got: unknown): OptionError {
  return new OptionError(option, `expected ${what}, got ${kindOf(got)}`);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) || value === Number.POSITIVE_INFINITY;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "object" ? "an object" : typeof value;
}

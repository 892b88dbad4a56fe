/**
 * URLPattern of the container's Node, where it has one (24 and newer), on copied values. A pattern is told by what it was made
 * of, each time: nothing has to be given back. Those that were used last are kept. What its regular expressions cost is the
 * guest's, as the work is done in its process.
 */
import type { CryptoFailure } from "./crypto/answers.js";
import { failureOf } from "./crypto/failures.host.js";
import { PATTERN_PARTS } from "./url-pattern-parts.js";

const PATTERNS_MAX = 64;
/** Of a pattern with its base, and of what is compared with it. */
const CHARACTERS_MAX = 256 * 1024;

type Input = string | Readonly<Record<string, string>>;
type Parts = Readonly<Record<string, unknown>>;

/** `@types/node` is older than the class. */
type PatternClass = new (
  ...args: unknown[]
) => Parts & { exec(input: Input, base?: string): Parts | null };

export type UrlPatternAnswer = { readonly value: unknown } | { readonly failure: CryptoFailure };

export function urlPatternOperations() {
  const known = new Map<string, InstanceType<PatternClass>>();

  const patternOf = (input: unknown, base: unknown, ignoreCase: unknown) => {
    const given = [inputOf(input), textOf(base), ignoreCase === true] as const;
    const id = JSON.stringify(given);
    const pattern = known.get(id) ?? makePattern(...given);
    known.delete(id);
    known.set(id, pattern);
    if (known.size > PATTERNS_MAX) known.delete(known.keys().next().value as string);
    return pattern;
  };

  return {
    /** The components of a pattern, in the order of `PATTERN_PARTS`. */
    urlPattern: (input: unknown, base: unknown, ignoreCase: unknown) =>
      answerOf(() => {
        const pattern = patternOf(input, base, ignoreCase);
        return PATTERN_PARTS.map((part) => pattern[part]);
      }),
    /** What `exec` answers, without its `inputs`. */
    matchUrlPattern: (pattern: unknown, input: unknown, base: unknown) =>
      answerOf(() => {
        const [ofPattern, baseOfPattern, ignoreCase] = Array.isArray(pattern) ? pattern : [];
        const made = patternOf(ofPattern, baseOfPattern, ignoreCase);
        const result = made.exec(inputOf(input) ?? {}, ...bases(textOf(base)));
        return result && copyOf(result);
      }),
  };
}

function makePattern(input: Input | undefined, base: string | undefined, ignoreCase: boolean) {
  const { URLPattern } = globalThis as unknown as { URLPattern: PatternClass };
  return new URLPattern(input ?? {}, ...bases(base), { ignoreCase });
}

function bases(base: string | undefined): string[] {
  return base === undefined ? [] : [base];
}

function answerOf(compute: () => unknown): UrlPatternAnswer {
  try {
    return { value: compute() };
  } catch (thrown) {
    return { failure: failureOf(thrown) };
  }
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || value.length > CHARACTERS_MAX) throw new TypeError("text");
  return value;
}

function inputOf(value: unknown): Input | undefined {
  if (typeof value !== "object" || value === null) return textOf(value);
  const given: Record<string, string> = {};
  let length = 0;
  for (const [part, text] of Object.entries(value)) {
    if (typeof text !== "string") continue;
    given[part] = text;
    length += text.length;
  }
  if (length > CHARACTERS_MAX) throw new TypeError("text");
  return given;
}

/** Of the matches of each part, text only. */
function copyOf(result: Parts): object {
  const { inputs: _, ...matches } = result;
  return Object.fromEntries(
    Object.entries(matches as Record<string, { input: string; groups: object }>).map(
      ([part, { input, groups }]) => [part, { groups: { ...groups }, input }],
    ),
  );
}

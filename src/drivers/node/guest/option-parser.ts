/** Parses Node's options as the `OptionsParser` of its C++ part does. */

import type { GuestConfiguration } from "./host-hooks.js";
import { isV8Flag, withHyphens } from "./v8-flags.js";

/** Where the words stand: an option may be meant for one of them only. */
export type OptionSource = "commandLine" | "environment";

/** Names of the `types` table of the `options` binding. */
interface OptionTypes {
  readonly kNoOp: number;
  readonly kV8Option: number;
  readonly kBoolean: number;
  readonly kInteger: number;
  readonly kUInteger: number;
  readonly kStringList: number;
}

/** What one option brings with it; the binding tells of aliases only. */
const IMPLIED: Readonly<Record<string, string>> = {
  "--eval": "[has_eval_string]",
  "--watch-path": "--watch",
  "--trace-env-js-stack": "--trace-env",
  "--trace-env-native-stack": "--trace-env",
};

/** Newer Nodes keep it as an option of their own, and tell V8. */
const STACK_TRACE_LIMIT = "--stack-trace-limit";

/** Of an option: its type, and whether the environment may have it. */
type Kind = readonly [type: number, envVarSettings: number];

export class OptionParser {
  /** Values of all options so far. Without a prototype: V8 makes a table of it at once, and no shape for each of 300 names. */
  readonly options: Record<string, unknown>;
  /** V8's flags among the words. */
  readonly v8Flags: string[] = [];
  readonly #types: OptionTypes;
  readonly #configuration: GuestConfiguration;
  /** Read with the first option: most guests have none. */
  #knownOptions: ReadonlyMap<string, Kind> | undefined;
  #knownAliases: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #allowedInEnvironment: number | undefined;

  constructor(configuration: GuestConfiguration) {
    this.#configuration = configuration;
    this.options = { __proto__: null } as unknown as Record<string, unknown>;
    for (const [name, value] of configuration.options) this.options[name] = value;
    this.#types = configuration.optionTypes as unknown as OptionTypes;
    this.#allowedInEnvironment = configuration.envSettings.kAllowedInEnvvar;
  }

  get #known(): ReadonlyMap<string, Kind> {
    this.#knownOptions ??= new Map(
      this.#configuration.optionKinds.map(([name, ...kind]) => [name, kind]),
    );
    return this.#knownOptions;
  }

  get #aliases(): ReadonlyMap<string, readonly string[]> {
    this.#knownAliases ??= new Map(this.#configuration.optionAliases);
    return this.#knownAliases;
  }

  /**
   * Takes options off the front of `words`, to the first word that is none.
   *
   * @returns What is wrong with them, as Node says it; nothing where all is well.
   */
  parse(words: string[], source: OptionSource): string | undefined {
    // Words that an alias stands for are none of the guest's.
    const synthetic: string[] = [];
    const first = (): string | undefined => synthetic[0] ?? words[0];
    const take = (): string => (synthetic.length > 0 ? synthetic : words).shift() as string;

    for (let next = first(); next !== undefined && isOption(next); next = first()) {
      const word = take();
      if (word === "--") {
        return source === "environment" ? notAllowed(word) : undefined;
      }
      const equals = word.startsWith("--") ? word.indexOf("=") : -1;
      const given = equals < 0 ? word : word.slice(0, equals);
      const original = equals < 0 ? given : `${given}=`;
      const isNegation = withHyphens(given).startsWith("--no-");
      const name = this.#expand(
        isNegation ? `--${withHyphens(given).slice(5)}` : withHyphens(given),
        equals >= 0,
        first,
        synthetic,
      );

      const kind = this.#known.get(name);
      const [type, settings] = kind ?? [];
      if (source === "environment") {
        const isAllowed = kind ? settings === this.#allowedInEnvironment : isV8Flag(given);
        if (!isAllowed) return notAllowed(original);
      }
      if (type === undefined || type === this.#types.kV8Option) {
        if (!kind && !isV8Flag(given)) return `bad option: ${word}`;
        this.v8Flags.push(word);
        continue;
      }
      if (isNegation && type !== this.#types.kBoolean) {
        return `${word} is an invalid negation because it is not a boolean option`;
      }
      const implied = IMPLIED[name];
      if (implied && !isNegation) this.options[implied] = true;
      if (type === this.#types.kBoolean) {
        this.options[name] = !isNegation;
        continue;
      }
      if (type === this.#types.kNoOp) continue;

      const value = equals < 0 ? first() : word.slice(equals + 1);
      if (equals < 0 && value !== undefined) take();
      const isMissing = value === undefined || (equals < 0 ? value.startsWith("-") : value === "");
      if (isMissing) return `${original} requires an argument`;
      // A hyphen at the front of a value is written with a backslash.
      const isEscaped = equals < 0 && value.startsWith("\\-");
      this.#set(name, type, isEscaped ? value.slice(1) : value);
      if (name === STACK_TRACE_LIMIT) this.v8Flags.push(`${name}=${value}`);
    }
    return undefined;
  }

  /** Follows aliases to an option's own name; what else they stand for goes before the words to come. */
  #expand(
    name: string,
    hasValue: boolean,
    next: () => string | undefined,
    synthetic: string[],
  ): string {
    let current = name;
    for (;;) {
      const argument = next();
      const expansion =
        this.#aliases.get(current) ??
        (hasValue ? this.#aliases.get(`${current}=`) : undefined) ??
        (argument && !argument.startsWith("-") ? this.#aliases.get(`${current} <arg>`) : undefined);
      const [replacement, ...others] = expansion ?? [];
      if (replacement === undefined) return current;
      synthetic.unshift(...others);
      if (replacement === current) return current;
      current = replacement;
    }
  }

  #set(name: string, type: number, value: string): void {
    if (type === this.#types.kStringList) {
      this.options[name] = [...((this.options[name] as string[] | undefined) ?? []), value];
    } else if (type === this.#types.kInteger || type === this.#types.kUInteger) {
      this.options[name] = Number.parseInt(value, 10) || 0;
    } else {
      this.options[name] = value;
    }
  }
}

const isOption = (word: string): boolean => word.length > 1 && word.startsWith("-");
const notAllowed = (option: string): string => `${option} is not allowed in NODE_OPTIONS`;

/**
 * The words of `NODE_OPTIONS`: parted by spaces, quoted by `"`, within which `\` takes the next character as it is.
 *
 * @returns The words, or what is wrong with the text.
 */
export function splitNodeOptions(text: string): string[] | string {
  const words: string[] = [];
  let isInString = false;
  let startsWord = true;
  for (let index = 0; index < text.length; index++) {
    let character = text[index] as string;
    if (character === "\\" && isInString) {
      index++;
      if (index === text.length) return "invalid value for NODE_OPTIONS (invalid escape)\n";
      character = text[index] as string;
    } else if (character === " " && !isInString) {
      startsWord = true;
      continue;
    } else if (character === '"') {
      isInString = !isInString;
      continue;
    }
    if (startsWord) {
      words.push(character);
      startsWord = false;
    } else {
      words[words.length - 1] += character;
    }
  }
  return isInString ? "invalid value for NODE_OPTIONS (unterminated string)\n" : words;
}

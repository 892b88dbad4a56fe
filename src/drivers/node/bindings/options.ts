/** `options`: Node's command line options, as the guest's own command line set them. */
import type { Binding, Guest } from "../guest/guest.js";

export function optionsBinding(guest: Guest, values: () => Record<string, unknown>): Binding {
  const { configuration } = guest;
  const { optionTypes, envSettings } = configuration;
  return {
    getCLIOptionsValues: () => setNegations(values()),
    getCLIOptionsInfo: () => ({
      options: new Map(configuration.optionInfo.map(([name, info]) => [name, { ...info }])),
      aliases: new Map(configuration.optionAliases.map(([name, to]) => [name, [...to]])),
    }),
    // From Node 24 on.
    getOptionsAsFlags: () => flagsOf(values(), Object.fromEntries(configuration.options)),
    getEmbedderOptions: () => ({
      shouldNotRegisterESMLoader: false,
      noGlobalSearchPaths: false,
      noBrowserGlobals: false,
      hasEmbedderPreload: false,
    }),
    types: { ...optionTypes },
    envSettings: { ...envSettings },
    // Node 20 before 20.20 and some others read them so.
    get options() {
      return new Map(Object.entries(values()));
    },
  };
}

/** The options that are not as they are without any, as they stand on a command line. */
function flagsOf(
  values: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): string[] {
  const flags: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (!name.startsWith("--") || positiveOf(name, values) !== undefined) continue;
    if (JSON.stringify(value) === JSON.stringify(defaults[name])) continue;
    if (value === true) flags.push(name);
    else if (value === false) flags.push(`--no-${name.slice("--".length)}`);
    else for (const each of Array.isArray(value) ? value : [value]) flags.push(`${name}=${each}`);
  }
  return flags;
}

/** Node asks for "--no-x" under its own name: it is what "--x" is not. The same object: a copy costs 1 ms. */
function setNegations(values: Record<string, unknown>): Record<string, unknown> {
  for (const name of Object.keys(values)) {
    const positive = positiveOf(name, values);
    if (positive !== undefined) values[name] = !positive;
  }
  return values;
}

/** Of the option "--no-x" the value of "--x". */
function positiveOf(name: string, values: Readonly<Record<string, unknown>>): boolean | undefined {
  if (!name.startsWith("--no-")) return undefined;
  const positive = values[`--${name.slice("--no-".length)}`];
  return typeof positive === "boolean" ? positive : undefined;
}

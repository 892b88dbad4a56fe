/** `options`: Node's command line options, as the guest's own command line set them. */
import type { Binding, Guest } from "../guest/guest.js";

export function optionsBinding(
  guest: Guest,
  values: () => Readonly<Record<string, unknown>>,
): Binding {
  const { optionInfo, optionTypes, envSettings } = guest.configuration;
  return {
    getCLIOptionsValues: () => withNegations(values()),
    getCLIOptionsInfo: () => ({
      options: new Map(optionInfo.options.map(([name, info]) => [name, { ...info }])),
      aliases: new Map(optionInfo.aliases.map(([name, to]) => [name, [...to]])),
    }),
    // From Node 24 on.
    getOptionsAsFlags: () => flagsOf(values(), guest.configuration.options),
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
    if (!name.startsWith("--") || JSON.stringify(value) === JSON.stringify(defaults[name]))
      continue;
    if (value === true) flags.push(name);
    else if (value === false) flags.push(`--no-${name.slice("--".length)}`);
    else for (const each of Array.isArray(value) ? value : [value]) flags.push(`${name}=${each}`);
  }
  return flags;
}

/** Node asks for "--no-x" under its own name: it is what "--x" is not. */
function withNegations(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const all: Record<string, unknown> = { __proto__: null, ...values };
  for (const name of Object.keys(values)) {
    if (!name.startsWith("--no-")) continue;
    const positive = values[`--${name.slice("--no-".length)}`];
    if (typeof positive === "boolean") all[name] = !positive;
  }
  return all;
}

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

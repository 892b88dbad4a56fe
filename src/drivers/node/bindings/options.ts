/** `options`: Node's command line options, as the guest's own command line set them. */
import type { Binding, Guest } from "../guest/guest.js";

export function optionsBinding(guest: Guest, values: Readonly<Record<string, unknown>>): Binding {
  const { optionInfo, optionTypes, envSettings } = guest.configuration;
  return {
    getCLIOptionsValues: () => ({ __proto__: null, ...values }),
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
      return new Map(Object.entries(values));
    },
  };
}

/** What the module loaders ask of files. */
import { O_RDONLY, S_IFDIR, S_IFMT, S_IFREG } from "../../../../kernel/constants.js";
import type { Codec } from "../../guest/codec.js";
import type { Guest } from "../../guest/guest.js";
import { nodeError } from "../../guest/transferables.js";
import type { FsOperations } from "./operations.js";
import { Failure } from "./requests.js";

export function moduleFiles(guest: Guest, codec: Codec, { readWhole }: FsOperations) {
  const { kernel } = guest;
  return {
    internalModuleStat(...args: unknown[]) {
      // Some releases pass the binding's receiver first.
      const path = (args.length > 1 && typeof args[0] !== "string" ? args[1] : args[0]) as string;
      const stat = guest.files.look(path);
      if (typeof stat === "number") return stat;
      return (stat.mode & S_IFMT) === S_IFDIR ? 1 : 0;
    },
    internalModuleReadJSON(path: string) {
      const bytes = readWhole(path, O_RDONLY);
      if (bytes instanceof Failure) return [];
      const text = codec.decode("utf8", bytes, 0, bytes.length);
      const containsKeys = /"(?:main|name|type|exports|imports)"/.test(text);
      return [text.startsWith("\ufeff") ? text.slice(1) : text, containsKeys];
    },
    getFormatOfExtensionlessFile(path: string) {
      const bytes = readWhole(path, O_RDONLY);
      if (bytes instanceof Failure) return 0;
      const isWasm = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
      return isWasm ? 1 : 0;
    },
    /** `from` is the package.json's URL, from Node 22 on the folder of the package. */
    legacyMainResolve(from: string, main: string | undefined, base: string) {
      const { fileURLToPath } = guest.require("internal/url") as {
        fileURLToPath(url: string): string;
      };
      const directory = from.startsWith("file:") ? fileURLToPath(new URL(".", from).href) : from;
      const candidates = main
        ? [
            main,
            `${main}.js`,
            `${main}.json`,
            `${main}.node`,
            `${main}/index.js`,
            `${main}/index.json`,
            `${main}/index.node`,
          ]
        : [];
      const all = [...candidates, ...Array<undefined>(7 - candidates.length)].slice(0, 7);
      for (const [index, name] of [...all, "index.js", "index.json", "index.node"].entries()) {
        if (name === undefined) continue;
        const stat = kernel.stat(directory + name, 0);
        if (typeof stat !== "number" && (stat.mode & S_IFMT) === S_IFREG) return index;
      }
      const importer = base ? ` imported from ${fileURLToPath(base)}` : "";
      const message = `Cannot find package '${directory}${main || "index.js"}'${importer}`;
      throw nodeError(new Error(message), "ERR_MODULE_NOT_FOUND");
    },
  };
}

/**
 * The file of our addon (`native/`) for this Node. The package's install script compiles it, as isolated-vm is compiled or
 * downloaded for it; another Node needs another file.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Its name says for which V8 and machine it is; `native/build.mjs` writes it. */
const NAME = `guest-${process.platform}-${process.arch}-abi${process.versions.modules}.node`;

/** Throws when there is none. This file is bundled into dist/. */
export function addonFile(): string {
  const file = fileURLToPath(new URL(`native/${NAME}`, import.meta.url));
  if (existsSync(file)) return file;
  throw new Error(
    `secure-exec has no addon for this Node (${NAME}): install it again with this Node, or run ` +
      "`npm rebuild secure-exec` (needs a C++ compiler)",
  );
}

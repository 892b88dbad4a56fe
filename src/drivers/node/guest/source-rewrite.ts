/**
 * V8 offers no dynamic import in an isolate of isolated-vm: `import(x)` becomes a call of a helper
 * that Node's loader answers. A real lexer finds the places, so strings and comments stay as they are.
 */
import { parse } from "es-module-lexer/js";

/** Name of the helper among the globals, not enumerable. Its first argument is the referrer's number. */
export const IMPORT_HELPER = "__secureExecImport__";

export interface Rewritten {
  readonly code: string;
  /** Static imports with their attributes, in order. */
  readonly requests: readonly {
    readonly specifier: string;
    readonly attributes: Readonly<Record<string, string>>;
  }[];
}

/** Rewrites the dynamic imports of `code`; what the lexer can't read is left for V8 to refuse. */
export function rewriteImports(code: string, referrer: number): Rewritten {
  const unchanged = { code, requests: [] };
  if (!code.includes("import")) return unchanged;
  let imports: ReturnType<typeof parse>[0];
  try {
    [imports] = parse(code);
  } catch {
    return unchanged;
  }
  let rewritten = "";
  let copied = 0;
  const requests: { specifier: string; attributes: Record<string, string> }[] = [];
  for (let index = 0; index < imports.length; index++) {
    const found = imports[index];
    if (!found) continue;
    if (found.d >= 0) {
      // `ss` is the keyword, `d` the bracket behind it.
      rewritten += `${code.slice(copied, found.ss)}${IMPORT_HELPER}(${referrer},`;
      copied = found.d + 1;
    } else if (found.d === -1 && found.n !== undefined) {
      const attributes: Record<string, string> = { __proto__: null } as never;
      for (const pair of found.at ?? []) attributes[pair[0]] = pair[1];
      requests[requests.length] = { specifier: found.n, attributes };
    }
  }
  if (copied === 0) return { code, requests };
  return { code: rewritten + code.slice(copied), requests };
}

/** Whether `code` has what only a module may have: import or export declarations, import.meta. */
export function hasModuleSyntax(code: string): boolean {
  if (!code.includes("import") && !code.includes("export")) return false;
  try {
    const [imports, exports, , hasSyntax] = parse(code);
    if (hasSyntax !== undefined) return hasSyntax;
    for (const found of imports) if (found.d < 0) return true;
    return exports.length > 0;
  } catch {
    return false;
  }
}

/**
 * Whether a module may await outside of functions. Text inside of functions can't be told apart
 * without parsing, so this asks for an `await` on a line that is not indented, or in a `for await`.
 */
export function hasTopLevelAwait(code: string): boolean {
  return /^(?:\S.*)?\bawait\b/m.test(code);
}

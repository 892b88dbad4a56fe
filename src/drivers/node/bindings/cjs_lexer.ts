/** `cjs_lexer`, from Node 24 on: the names that a CommonJS module will have, seen in its text. Before, Node's library has the lexer. */
import { parse } from "cjs-module-lexer";
import type { Binding } from "../guest/guest.js";

export function cjsLexerBinding(): Binding {
  return {
    parse(source: string) {
      const { exports, reexports } = parse(source);
      return [new Set(exports), reexports];
    },
  };
}

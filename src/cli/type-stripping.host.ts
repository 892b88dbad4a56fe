/** TypeScript to JavaScript as Node does it: types become blanks, so that lines and columns stay. */
import * as nodeModule from "node:module";
import { pathToFileURL } from "node:url";
import { UsageError } from "./usage-error.js";

/** The package `amaro` is what Node itself does it with; Node gives it out from 22.13 on. */
export async function stripTypes(source: Uint8Array): Promise<string> {
  const text = new TextDecoder().decode(source);
  const strip = (await packagedStrip()) ?? ownStrip();
  if (!strip) {
    throw new UsageError("TypeScript needs Node 22.13 or newer, or the package amaro: npm i amaro");
  }
  try {
    return strip(text);
  } catch (error) {
    throw new UsageError(`TypeScript: ${messageOf(error)}`);
  }
}

/** Versions of amaro throw an Error, an object with a message, or a string. */
function messageOf(error: unknown): string {
  const hasMessage = typeof error === "object" && error !== null && "message" in error;
  return String(hasMessage ? error.message : error);
}

type Strip = (source: string) => string;

async function packagedStrip(): Promise<Strip | undefined> {
  let entry: string;
  try {
    entry = nodeModule.createRequire(import.meta.url).resolve("amaro");
  } catch {
    return undefined;
  }
  const { default: amaro } = await import(pathToFileURL(entry).href);
  return (source) => amaro.transformSync(source, { mode: "strip-only" }).code;
}

function ownStrip(): Strip | undefined {
  const strip: unknown = Reflect.get(nodeModule, "stripTypeScriptTypes");
  return typeof strip === "function" ? (source) => strip(source) : undefined;
}

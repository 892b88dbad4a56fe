/** The option `network.credentials`: headers that the host adds to guests' requests to one exact origin. */
import { checkKeys, checkText, checkWords, entriesOf, expected } from "./check-options.js";
import { OptionError } from "./errors.js";

/** A header's value, or who knows it now: for tokens that are renewed. */
export type CredentialValue = string | (() => string | Promise<string>);

export interface Credential {
  /** Exactly this origin, `https://api.example.com`; nothing else is ever sent there or gets the headers. */
  readonly origin: string;
  /** What is added: `{ authorization: "Bearer ..." }`. A guest's own header of that name is dropped. */
  readonly headers: Readonly<Record<string, CredentialValue>>;
  /** The only paths that may be asked for, each with all below it. Default: every path. */
  readonly paths?: readonly string[];
  /** The port of the guests' 127.0.0.1 under which the origin is found. Default: 7400 and up, in order. */
  readonly port?: number;
  /** Variables that get the address under which guests find the origin, with a path after it: `{ API_URL: "/v1" }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Certificates to trust, PEM, instead of the host's list. */
  readonly ca?: string;
}

/** A credential that was checked. */
export interface Brokered extends Credential {
  readonly port: number;
}

const FIRST_PORT = 7400;

/** What the connection itself says. */
const reserved = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Throws an OptionError. */
export function brokeredOf(option: string, given: unknown): Brokered[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw expected(option, "an array of credentials", given);
  const ports = new Set<number>();
  return given.map((each: Credential, index) => {
    const name = `${option}[${index}]`;
    checkCredential(name, each);
    const { port = FIRST_PORT + index } = each;
    if (ports.has(port)) throw new OptionError(`${name}.port`, `${port} is another one's`);
    ports.add(port);
    return { ...each, port };
  });
}

/** The variables that tell guests where their origins are. */
export function endpointVariables(brokered: readonly Brokered[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const { env = {}, port } of brokered) {
    for (const [name, path] of Object.entries(env)) variables[name] = endpointOf(port) + path;
  }
  return variables;
}

export function endpointOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function checkCredential(name: string, given: Credential): void {
  checkKeys(name, given, ["origin", "headers", "paths", "port", "env", "ca"]);
  const { origin, headers, paths, port, env, ca } = given;
  const isOrigin = typeof origin === "string" && URL.canParse(origin);
  if (!isOrigin || new URL(origin).origin !== origin || !origin.startsWith("https://")) {
    throw expected(`${name}.origin`, "an origin like https://api.example.com", origin);
  }
  for (const [header, value] of entriesOf(`${name}.headers`, headers)) {
    checkHeader(`${name}.headers.${header}`, header, value);
  }
  checkWords(`${name}.paths`, paths);
  for (const [variable, path] of entriesOf(`${name}.env`, env ?? {})) {
    if (path !== "" && !String(path).startsWith("/")) {
      throw expected(`${name}.env.${variable}`, 'a path, or ""', path);
    }
  }
  checkText(`${name}.ca`, ca);
  const isPort = port === undefined || (Number.isInteger(port) && port > 0 && port < 65_536);
  if (!isPort) throw expected(`${name}.port`, "a port", port);
}

function checkHeader(option: string, name: string, value: unknown): void {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || reserved.has(name.toLowerCase())) {
    throw new OptionError(option, "no header that can be added");
  }
  if (typeof value === "function") return;
  // Not shown: it is a secret.
  if (typeof value !== "string" || !isHeaderValue(value)) {
    throw new OptionError(option, "expected a header's value, or a function that answers one");
  }
}

export function isHeaderValue(value: string): boolean {
  return value !== "" && /^[\t\x20-\x7e\x80-\xff]+$/.test(value);
}

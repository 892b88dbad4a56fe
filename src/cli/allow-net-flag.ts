/** `--allow-net HOST:PORT`: whom guests may connect to. Port `*`: any. An IPv6 address stands in brackets. */
import type { NetworkRequest, PermissionDecision } from "../kernel/permissions.js";
import { UsageError } from "./usage-error.js";

export interface NetworkTarget {
  readonly host: string;
  /** Undefined: any. */
  readonly port: number | undefined;
}

const PORT_MAX = 65_535;

export function parseAllowNet(text: string): NetworkTarget {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+|\*)$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === "*" ? undefined : Number(port);
  if (host === undefined || number === 0 || (number ?? 0) > PORT_MAX) {
    throw new UsageError(`--allow-net ${text}: expected HOST:PORT, as in registry.npmjs.org:443`);
  }
  return { host, port: number };
}

/** The rule that lets guests connect to these targets and look their names up. */
export function networkRuleOf(targets: readonly NetworkTarget[]) {
  return ({ op, host, port }: NetworkRequest): PermissionDecision => {
    const isMeant = targets.some((target) => {
      const isPort = op === "resolve" || target.port === undefined || target.port === port;
      return isPort && isHost(target.host.toLowerCase(), host);
    });
    if (!isMeant) return { allow: false, reason: `no --allow-net names ${host}:${port}` };
    // Whoever writes a private address or its name means it.
    return { allow: true, names: targets.map((target) => target.host) };
  };
}

/** `*.example.org` is each name below example.org. */
function isHost(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
}

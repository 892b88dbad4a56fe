/**
 * A `GuestConfiguration` as text: a line of JSON that every boot reads, then one for each part that is read when somebody asks
 * for it. Most guests ask for few: to read all of it costs a boot 2 ms.
 */
import type { GuestConfiguration, Surface } from "./guest/host-hooks.js";

/** Guests can change what is behind the name. */
const { parse } = JSON;
const { defineProperty } = Object;

const lateParts = ["options", "optionKinds", "optionInfo", "optionAliases", "uvErrors"] as const;

interface Head {
  readonly common: Omit<GuestConfiguration, "surface" | (typeof lateParts)[number]>;
  /** Names of the bindings, a line each behind those of `lateParts`. */
  readonly bindings: readonly string[];
}

export function encodeConfiguration(configuration: GuestConfiguration): string {
  const isLate = (name: string): boolean => name === "surface" || lateParts.includes(name as never);
  const common = Object.fromEntries(
    Object.entries(configuration).filter(([name]) => !isLate(name)),
  ) as unknown as Head["common"];
  const { surface } = configuration;
  const head: Head = { common, bindings: Object.keys(surface) };
  const late: readonly unknown[] = lateParts.map((name) => configuration[name]);
  return [head, ...late, ...Object.values(surface)].map((part) => JSON.stringify(part)).join("\n");
}

/** The same text with other values of what is in its first line. */
export function withCommon(text: string, changes: Partial<Head["common"]>): string {
  const end = text.indexOf("\n");
  const head = parse(text.slice(0, end)) as Head;
  const changed: Head = { ...head, common: { ...head.common, ...changes } };
  return JSON.stringify(changed) + text.slice(end);
}

export function decodeConfiguration(text: string): GuestConfiguration {
  const lines = text.split("\n");
  const line = (index: number): string => lines[index] ?? "null";
  const { common, bindings } = parse(line(0)) as Head;
  const configuration = common as GuestConfiguration;
  for (const [index, name] of lateParts.entries()) addLate(configuration, name, line(index + 1));
  const surface = { __proto__: null } as unknown as Surface;
  for (const [index, name] of bindings.entries()) {
    addLate(surface, name, line(index + 1 + lateParts.length));
  }
  return Object.assign(configuration, { surface });
}

/** A property that is read from its text when it is asked for. */
function addLate(target: object, name: string, text: string): void {
  let value: unknown;
  const get = (): unknown => {
    value ??= parse(text);
    return value;
  };
  defineProperty(target, name, { get, enumerable: true });
}

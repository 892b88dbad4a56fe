/** What a URLPattern tells of itself, in the order of Node's class. */
export const PATTERN_PARTS = [
  "protocol",
  "username",
  "password",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
  "hasRegExpGroups",
] as const;

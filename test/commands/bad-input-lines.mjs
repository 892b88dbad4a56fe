// The lines of bad input that bad-input.json has for a command.

/**
 * @param {{ cases: Record<string, string>, writers: Record<string, string>, parsers: Record<string, string[]>, others: string[],
 *   leftOut: Record<string, string[]> }} table
 * @param {string} command
 * @returns {[string, string][]} Each line's name and the line.
 */
export function badInputLines(table, command) {
  // Stubs, and what is another program on the host.
  if (table.others.includes(command)) return [];
  const shown = Object.entries(table.cases)
    .filter(([name]) => !table.leftOut[command]?.includes(name))
    // The shell's own echo, test, kill … are not meant.
    .map(([name, line]) => [name, line.replace("COMMAND", `env ${command}`)]);
  const writer = table.writers[command];
  const written =
    writer === undefined
      ? []
      : [
          ["closed stdout", `${writer} >&-`],
          ["full stdout", `${writer} > /dev/full`],
        ];
  const parsed = (table.parsers[command] ?? []).map((line) => [line, line]);
  return [...shown, ...written, ...parsed];
}

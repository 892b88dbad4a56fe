/** Each line's name and the line. */
export function badInputLines(table: unknown, command: string): [string, string][];

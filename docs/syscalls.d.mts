/** The text of docs/syscalls.md, from the table in src/bridge/syscalls.ts. */
export function syscallsPage(): Promise<string>;

export function selectRows(filter?: string): Promise<string[]>;
export function runRow(
  name: string,
  packages: string,
  reason: string | undefined,
): Promise<{ outcome: "equal" | "expected" | "wrong" | "skipped"; text: string }>;

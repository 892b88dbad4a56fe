/** Which command lines an interpreter that is initialised already can run. */

export interface PlainCommandLine {
  readonly kind: "command" | "module" | "file" | "stdin";
  readonly text: string;
  /** `sys.argv`, as it is before the program is found. */
  readonly argv: readonly string[];
}

/** A command line without options, in an environment that sets none; null for others. */
export function plainCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): PlainCommandLine | null {
  if (Object.keys(env).some((name) => name.startsWith("PYTHON"))) return null;
  const [first, second, ...rest] = args;
  if (first === undefined) return { kind: "stdin", text: "", argv: [""] };
  if (first === "-c" || first === "-m") {
    if (second === undefined) return null;
    const isCommand = first === "-c";
    const text = isCommand ? `${second}\n` : second;
    return { kind: isCommand ? "command" : "module", text, argv: [first, ...rest] };
  }
  if (first === "-") return { kind: "stdin", text: "", argv: [...args] };
  if (first === "" || first.startsWith("-")) return null;
  // `__file__` is absolute, `sys.argv` as it was given.
  const isAbsolute = first.startsWith("/");
  const text = isAbsolute ? first : `${cwd === "/" ? "" : cwd}/${first}`;
  return { kind: "file", text, argv: [...args] };
}

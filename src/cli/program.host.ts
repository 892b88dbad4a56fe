/** The commands and their options, on commander. What a command needs is loaded when it is run: help costs little. */
import { Command } from "commander";
import { closest } from "fastest-levenshtein";
import { packageVersion } from "../plugs/package-version.host.js";
import { type SandboxFlags, withSandboxFlags } from "./sandbox-flags.js";
import { UsageError } from "./usage-error.js";

const EXAMPLES = `
Examples:
  secure-exec                                          a shell in a fresh sandbox
  secure-exec --mount .:/work --cwd /work              the same with this directory, read-only
  secure-exec exec 'ls -l /; node -p 6*7'              a script
  cat access.log | secure-exec exec 'sort | uniq -c'   with standard input
  secure-exec run --limit cpuMs=5000 untrusted.mjs     a program, with five seconds of CPU
  secure-exec exec --allow-net registry.npmjs.org:443 'npm view left-pad version'
  secure-exec exec --json 'exit 3'                     the result as JSON
  secure-exec mcp                                      an MCP server on standard input and output

The exit code is the program's (128 + n when signal n ended it), or 125 when secure-exec itself failed.`;

type OnExit = (exitCode: number) => void;

/** @param onExit - Gets the exit code of the command that was run. */
export function createProgram(onExit: OnExit): Command {
  const program = new Command("secure-exec")
    .description("Runs programs in a sandbox: a shell with its commands, Node and Python.")
    .version(packageVersion(), "--version", "show the version")
    .helpOption("-h, --help", "show this help")
    .showHelpAfterError("(secure-exec --help says more)")
    .enablePositionalOptions()
    .exitOverride();

  const shell = withSandboxFlags(program.command("shell", { isDefault: true }))
    .description("an interactive shell in a fresh sandbox (the default)")
    .argument("[words...]")
    .action(async (words: string[], flags: SandboxFlags) => {
      checkNoCommand(program, words);
      const { openShell } = await import("./shell-command.host.js");
      onExit(await openShell(flags));
    });
  withSandboxFlags(program.command("exec"))
    .description("run a script of the shell; words after it are its $1, $2 ...")
    .argument("<script>")
    .argument("[args...]")
    .option("--json", "print the result as JSON: stdout, stderr, exitCode ...")
    .passThroughOptions()
    .action(async (script: string, args: string[], flags: SandboxFlags) => {
      const { execScript } = await import("./exec-command.host.js");
      onExit(await execScript(script, args, flags));
    });
  withSandboxFlags(program.command("run"))
    .description("run a file of the host: .sh, .js, .mjs, .cjs, .ts or .py")
    .argument("<file>")
    .argument("[args...]")
    .option("--json", "print the result as JSON: stdout, stderr, exitCode ...")
    .passThroughOptions()
    .action(async (file: string, args: string[], flags: SandboxFlags) => {
      const { runFile } = await import("./run-command.host.js");
      onExit(await runFile(file, args, flags));
    });
  withSandboxFlags(program.command("mcp"))
    .description("serve a sandbox to MCP clients, over standard input and output or HTTP")
    .option(
      "--http [port]",
      "over HTTP on 127.0.0.1, by default on a free port; SECURE_EXEC_MCP_TOKEN is what clients must know",
    )
    .action(async (flags: SandboxFlags & { http?: string | true }) => {
      const { serveMcp } = await import("./mcp-command.host.js");
      onExit(await serveMcp(flags));
    });
  for (const command of program.commands) command.helpOption("-h, --help", "show this help");
  return program.addHelpText("after", () => `\n${sandboxHelp(shell)}\n${EXAMPLES}`);
}

/** The options that all commands have, for the help of the program. */
function sandboxHelp(command: Command): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: process.stdout.columns ?? 80 });
  const width = help.padWidth(command, help);
  const items = command.options.map((option) =>
    help.formatItem(help.optionTerm(option), width, help.optionDescription(option), help),
  );
  return help
    .formatItemList("Options of every command, after its name:", items, help)
    .join("\n")
    .trimEnd();
}

/** Says what is wrong where the shell, which takes no words, was given some. */
function checkNoCommand(program: Command, [word]: readonly string[]): void {
  if (word === undefined) return;
  const names = program.commands.map((command) => command.name());
  if (names.includes(word)) {
    throw new UsageError(`options come after the command: secure-exec ${word} ...`);
  }
  const hint = `did you mean "${closest(word, names)}"? A script goes to secure-exec exec '...'`;
  throw new UsageError(`no such command: ${word}; ${hint}`);
}

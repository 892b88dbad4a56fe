import { Command, Option } from "commander";

function program() {
  const command = new Command("tool").version("1.2.3").exitOverride();
  command.configureOutput({ writeErr: (text) => console.log(`err: ${text.trim()}`) });
  command
    .command("build <file>")
    .description("builds a file")
    .option("-m, --minify", "smaller")
    .addOption(
      new Option("-t, --target <name>", "for whom").choices(["node", "web"]).default("node"),
    )
    .action((file, options) => console.log("build", file, options))
    .exitOverride()
    .configureOutput({ writeErr: (text) => console.log(`err: ${text.trim()}`) });
  return command;
}
for (const line of ["build a.js -m", "build a.js -t moon", "--version", "--help", "biuld"]) {
  try {
    program().parse(line.split(" "), { from: "user" });
  } catch (error) {
    console.log(error.code, error.exitCode);
  }
}

import yargs from "yargs";
import { hideBin } from "yargs/helpers";

const parse = (line) =>
  new Promise((resolve) => {
    yargs(hideBin(["node", "tool", ...line.split(" ")]))
      .scriptName("tool")
      .command("serve [port]", "starts", (y) =>
        y.positional("port", { default: 80, type: "number" }),
      )
      .option("verbose", { alias: "v", type: "boolean" })
      .demandCommand(1)
      .strict()
      .wrap(80)
      .parse(line.split(" "), (error, argv, output) =>
        resolve([error?.message, { ...argv }, output]),
      );
  });
for (const line of ["serve 8080 -v", "serve --nope", "--help"]) console.log(await parse(line));

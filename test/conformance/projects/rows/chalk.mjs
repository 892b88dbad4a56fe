import chalk, { Chalk, supportsColor } from "chalk";

console.log(supportsColor, chalk.red("plain in a pipe"));
const colours = new Chalk({ level: 3 });
console.log(JSON.stringify(colours.bold.hex("#ff8800").bgBlue(`a ${colours.underline("b")} c`)));
console.log(JSON.stringify(new Chalk({ level: 1 }).green("line\nline")));

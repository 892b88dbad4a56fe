const spawn = require("cross-spawn");

const { status, stdout } = spawn.sync("sh", ["-c", 'printf "%s|" "$@"', "sh", "a b", "*", '"q"'], {
  encoding: "utf8",
});
console.log(status, stdout);
console.log(spawn.sync("no-such-command").error.code);
const child = spawn("cat", { stdio: ["pipe", "inherit", "inherit"] });
child.stdin.end("through cat\n");
child.on("close", (code, signal) => {
  console.log("closed", code, signal);
  spawn("nope-nope", []).on("error", (error) => console.log(error.code, error.syscall));
});

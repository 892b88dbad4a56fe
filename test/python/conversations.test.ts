// Programs of three runtimes that talk while they run: line by line, in circles, through files, locks and sockets.

import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const vm = machine({ withNode: true });
const digestOf = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

test("a coprocess: Python asks Node line by line, Node asks Python, bash asks Python", async () => {
  const inNode = `
    const lines = require("readline").createInterface({ input: process.stdin });
    lines.on("line", (line) => console.log(eval(line)));`;
  await vm.kernel.writeFile("/work/evaluate.js", inNode);
  await vm.kernel.writeFile(
    "/work/evaluate.py",
    "import sys\nfor line in sys.stdin: print(eval(line), flush=True)",
  );
  const asked = await vm.answers(`
import json, subprocess
child = subprocess.Popen(["node", "evaluate.js"], stdin=-1, stdout=-1, text=True, bufsize=1)
found = []
for line in ("6 * 7", "[1,2].map((n) => n * 2).join()", "process.version[0]"):
    child.stdin.write(line + "\\n"); found.append(child.stdout.readline().strip())
child.stdin.close(); found.append(child.wait())
print(json.dumps(found))`);
  expect(asked).toEqual(["42", "2,4", "v", 0]);
  const node = `
    const child = require("child_process").spawn("python3", ["evaluate.py"]);
    const questions = ["2 ** 100", "sorted('hello')[0]", "__import__('os').getcwd()"];
    const ask = () => { const next = questions.shift(); next ? child.stdin.write(next + "\\n") : child.stdin.end(); };
    child.stdout.on("data", (answer) => { process.stdout.write(answer); ask(); });
    child.on("close", (code) => console.log("closed", code));
    ask();`;
  await vm.kernel.writeFile("/work/ask.js", node);
  expect(await vm.run("node ask.js")).toMatchObject({
    stdout: "1267650600228229401496703205376\ne\n/work\nclosed 0\n",
    stderr: "",
  });
  const bash = `coproc python3 evaluate.py; echo '3 * 4' >&\${COPROC[1]}; read -r answer <&\${COPROC[0]}; echo got $answer; eval "exec \${COPROC[1]}>&-"; wait $COPROC_PID; echo $?`;
  await vm.kernel.writeFile("/work/ask.sh", bash);
  expect(await vm.run("bash ask.sh 2>&1")).toMatchObject({ stdout: "got 12\n0\n" });
});

test("a circle through two FIFOs: python -> node -> sh -> python", async () => {
  const lines = `mkfifo one two
python3 -c 'import sys
with open("one", "w") as out: out.write("start\\n")
print(open("two").read().strip())' &
node -e 'const fs = require("fs"); process.stdout.write(fs.readFileSync("one", "utf8").trim() + " node ")' | sh -c 'read -r text; echo "$text sh"; echo' > two
wait; rm one two`;
  // A line without its end is read, too.
  expect(await vm.run(lines)).toMatchObject({ stdout: "start node sh\n", stderr: "" });
});

test("10 MB through all three, byte for byte, in both orders", async () => {
  const bytes = Buffer.alloc(10_000_000, Buffer.from(Array.from({ length: 251 }, (_, i) => i)));
  await vm.kernel.writeFile("/work/bytes", bytes);
  const python = `python3 -c 'import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)'`;
  const node = `node -e 'process.stdin.pipe(process.stdout)'`;
  for (const order of [`${python} | ${node}`, `${node} | ${python}`]) {
    const { stdout } = await vm.run(`cat bytes | ${order} | sha256sum`);
    expect(stdout).toBe(`${digestOf(bytes)}  -\n`);
  }
});

test("a file that all append to, and one that all map, is one file", async () => {
  const lines = `python3 -c 'open("all", "a").write("python\\n")'; node -e 'require("fs").appendFileSync("all", "node\\n")'; echo sh >> all
python3 -c '
import mmap, os
with open("all", "r+b") as file, mmap.mmap(file.fileno(), 0) as view:
    at = view.find(b"node"); view[at:at + 4] = b"NODE"; view.flush(); print(len(view))'
node -e 'process.stdout.write(require("fs").readFileSync("all"))'; cmp all all && wc -l < all; rm all`;
  expect(await vm.run(lines)).toMatchObject({ stdout: "15\npython\nNODE\nsh\n3\n", stderr: "" });
});

test("watching a file: Node sees what Python renames into place", async () => {
  const node = `
    const fs = require("fs"), { spawn } = require("child_process");
    fs.mkdirSync("watched");
    const watcher = fs.watch("watched", (kind, name) => {
      if (name !== "final") return;
      watcher.close();
      console.log(kind, fs.readFileSync("watched/final", "utf8"));
    });
    spawn("python3", ["-c", "import os; open('watched/part', 'w').write('whole'); os.replace('watched/part', 'watched/final')"], { stdio: "inherit" });`;
  await vm.kernel.writeFile("/work/watch.js", node);
  expect(await vm.run("node watch.js")).toMatchObject({ stdout: "rename whole\n", stderr: "" });
});

test("locks between runtimes: what Python has locked in SQLite, sqlite3 finds locked", async () => {
  const found = await vm.answers(`
import json, sqlite3, subprocess
db = sqlite3.connect("locked.db", isolation_level=None)
db.execute("create table rows(n)")
db.execute("begin exclusive"); db.execute("insert into rows values (1)")
run = lambda: subprocess.run(["sqlite3", "locked.db", "select count(*) from rows"], capture_output=True, text=True)
busy = run(); db.execute("commit"); free = run()
print(json.dumps([busy.returncode != 0, "locked" in busy.stderr, free.stdout, free.returncode]))`);
  expect(found).toEqual([true, true, "1\n", 0]);
});

test("unix sockets: Python and Node in one directory, streams and descriptors", async () => {
  const server = `
import os, socket, sys
with socket.socket(socket.AF_UNIX) as s:
    s.bind("talk.sock"); s.listen(); print("on", flush=True)
    peer, _ = s.accept()
    with peer, peer.makefile("rw") as file:
        for line in file: file.write(line.upper()); file.flush()
os.unlink("talk.sock")`;
  await vm.kernel.writeFile("/work/talk.py", server);
  const client = `
    const { spawn } = require("child_process");
    const python = spawn("python3", ["talk.py"], { stdio: ["ignore", "pipe", "inherit"] });
    python.stdout.once("data", () => {
      const socket = require("net").connect("talk.sock", () => socket.end("one\\ntwo\\n"));
      socket.on("data", (data) => process.stdout.write(data));
    });
    python.on("exit", (code) => console.log(code, require("fs").existsSync("talk.sock")));`;
  await vm.kernel.writeFile("/work/talk.js", client);
  expect(await vm.run("node talk.js")).toMatchObject({
    stdout: "ONE\nTWO\n0 false\n",
    stderr: "",
  });
});

test("signals across runtimes: who sends, who handles, what the parent is told", async () => {
  const lines = `cat > trap.py <<'END'
import signal, sys
signal.signal(signal.SIGUSR1, lambda *a: (print("python got it", flush=True), sys.exit(5)))
print("ready", flush=True)
while True: signal.pause()
END
cat > send.js <<'END'
const python = require("child_process").spawn("python3", ["trap.py"]);
python.stdout.on("data", (data) => { process.stdout.write(data); if (String(data).includes("ready")) process.kill(python.pid, "SIGUSR1"); });
python.on("close", (code, signal) => console.log("node:", code, signal));
END
node send.js
python3 -c '
import signal, subprocess
node = subprocess.Popen(["node", "-e", "setInterval(() => {}, 1000); process.on(\\"SIGTERM\\", () => process.exit(6)); console.log(1)"], stdout=-1)
node.stdout.readline(); node.terminate(); print("python:", node.wait())
sh = subprocess.Popen(["sh", "-c", "kill -KILL $$"]); print("python:", sh.wait())'
sh -c 'trap "echo sh got it; exit 7" TERM; python3 -c "import os; os.kill(os.getppid(), 15)"; :'; echo $?`;
  expect(await vm.run(lines)).toMatchObject({
    stdout: "ready\npython got it\nnode: 5 null\npython: 6\npython: -9\nsh got it\n7\n",
    stderr: "",
  });
});

test("exit codes and signals of Python's as shell, Node and Python see them", async () => {
  // Without a traceback, whose modules take a second.
  const interrupt = "import sys; sys.excepthook = lambda *a: None; raise KeyboardInterrupt";
  const programs = ["raise SystemExit(3)", interrupt, "import os; os.abort()"];
  const lines = programs.map((program) => `python3 -c '${program}' 2>/dev/null; echo $?`);
  expect((await vm.run(lines.join("\n"))).stdout).toBe("3\n130\n134\n");
  const source = `
import json, subprocess, sys
print(json.dumps([subprocess.run([sys.executable, "-c", p], stderr=-3).returncode for p in ${JSON.stringify(programs)}]))`;
  expect(await vm.answers(source)).toEqual([3, -2, -6]);
  const node = `for (const p of ${JSON.stringify(programs)}) {
      const { status, signal } = require("child_process").spawnSync("python3", ["-c", p]);
      console.log(status, signal);
    }`;
  await vm.kernel.writeFile("/work/codes.js", node);
  expect((await vm.run("node codes.js")).stdout).toBe("3 null\nnull SIGINT\nnull SIGABRT\n");
});

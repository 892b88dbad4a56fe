// Processes and signals of Python programs: subprocess, os, asyncio, multiprocessing, signal.

import { constants as osConstants } from "node:os";
import { describe, expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const vm = machine();

test("subprocess: streams, codes, directories, environments, errors", async () => {
  const found = await vm.answers(`
import json, os, subprocess
run = lambda *a, **k: subprocess.run(*a, capture_output=True, text=True, **k)
def error(act):
    try: return act()
    except Exception as e: return [type(e).__name__, getattr(e, "filename", None), getattr(e, "strerror", None)]
found = {}
done = run("echo out; echo err >&2; exit 3", shell=True); found["shell"] = [done.stdout, done.stderr, done.returncode]
found["input"] = run(["tr", "a-z", "A-Z"], input="text").stdout
found["cwd"] = run(["pwd"], cwd="/tmp").stdout, os.getcwd()
found["env"] = run(["sh", "-c", "echo $A$B"], env={"A": "1", "PATH": os.environ["PATH"]}).stdout
found["absent"] = error(lambda: run(["nothing-such"]))
found["absent directory"] = error(lambda: run(["ls"], cwd="/nothing"))
open("/work/plain", "w").close()
found["not executable"] = error(lambda: run(["/work/plain"]))[0]
found["check"] = error(lambda: run(["false"], check=True))[0]
found["timeout"] = error(lambda: run(["sleep", "100"], timeout=0.05))[0]
found["merged"] = subprocess.check_output("echo 1; echo 2 >&2; echo 3", shell=True, stderr=subprocess.STDOUT, text=True)
one = subprocess.Popen(["printf", "b\\\\na\\\\n"], stdout=subprocess.PIPE)
two = subprocess.run(["sort"], stdin=one.stdout, capture_output=True, text=True)
found["pipeline"] = two.stdout, one.wait()
found["killed"] = subprocess.Popen(["sleep", "100"])
found["killed"].kill(); found["killed"] = found["killed"].wait()
found["preexec"] = error(lambda: run(["true"], preexec_fn=print))[0]
print(json.dumps(found))`);
  expect(found).toEqual({
    shell: ["out\n", "err\n", 3],
    input: "TEXT",
    cwd: ["/tmp\n", "/work"],
    env: "1\n",
    absent: ["FileNotFoundError", "nothing-such", "No such file or directory"],
    "absent directory": ["FileNotFoundError", "/nothing", "No such file or directory"],
    "not executable": "PermissionError",
    check: "CalledProcessError",
    timeout: "TimeoutExpired",
    merged: "1\n2\n3\n",
    pipeline: ["a\nb\n", 0],
    killed: -9,
    preexec: "RuntimeError",
  });
});

test("descriptors: a child has those that are passed, and no others", async () => {
  const found = await vm.answers(`
import json, os, subprocess
reader, writer = os.pipe()
other, _ = os.pipe(); os.set_inheritable(other, True)
line = "echo through >&%d; test -e /dev/fd/%d && echo open || echo closed" % (writer, other)
closing = subprocess.run(["sh", "-c", line], pass_fds=[writer], capture_output=True, text=True)
passing = subprocess.run(["sh", "-c", "test -e /dev/fd/%d && echo open" % other], close_fds=False, capture_output=True, text=True)
print(json.dumps([os.read(reader, 99).decode(), closing.stdout, passing.stdout]))`);
  expect(found).toEqual(["through\n", "closed\n", "open\n"]);
});

test("groups and sessions of children", async () => {
  const found = await vm.answers(`
import json, os, subprocess, sys
program = "import os; print(os.getpid() == os.getpgrp(), os.getpid() == os.getsid(0), os.getppid())"
run = lambda **k: subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, **k).stdout.split()
print(json.dumps([run()[:2], run(process_group=0)[:2], run(start_new_session=True), os.getpid()]))`);
  const [plain, group, session, pid] = found as [string[], string[], string[], number];
  expect({ plain, group, session }).toEqual({
    plain: ["False", "False"],
    group: ["True", "False"],
    session: ["True", "True", String(pid)],
  });
});

test("os: system, popen, spawn, posix_spawn, exec, wait", async () => {
  const found = await vm.answers(`
import errno, json, os, sys
def popen(line):
    with os.popen(line) as pipe: return pipe.read()
found = {"system": [os.system("exit 3"), os.system("kill -9 $$")], "popen": popen("echo popen")}
found["spawn"] = [os.spawnlp(os.P_WAIT, "sh", "sh", "-c", "exit 4"), os.spawnv(os.P_WAIT, "/nothing", ["x"])]
pid = os.posix_spawn("/bin/sh", ["sh", "-c", "exit $CODE"], {"CODE": "5"}); found["posix_spawn"] = os.waitpid(pid, 0)[1] >> 8
pid = os.posix_spawnp("sh", ["sh", "-c", "kill -TERM $$"], os.environ); found["signalled"] = os.WTERMSIG(os.wait()[1])
found["nohang"] = os.waitpid(pid := os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "100"), os.WNOHANG)
os.kill(pid, 15); found["waitid"] = [os.waitid(os.P_PID, pid, os.WEXITED).si_status]
try: os.wait()
except ChildProcessError as e: found["none"] = errno.errorcode[e.errno]
found["exec"] = popen(sys.executable + " -c 'import os; os.execvp(\\"sh\\", [\\"sh\\", \\"-c\\", \\"echo one; exit 7\\"])'; echo $?")
found["fork"] = hasattr(os, "fork")
print(json.dumps(found))`);
  expect(found).toEqual({
    system: [3 << 8, 9],
    popen: "popen\n",
    spawn: [4, 127],
    posix_spawn: 5,
    signalled: 15,
    nohang: [0, 0],
    waitid: [15],
    none: "ECHILD",
    exec: "one\n7\n",
    fork: false,
  });
});

test("who one is: ids, users, groups, the machine", async () => {
  const found = await vm.answers(`
import getpass, grp, json, os, platform, pwd, resource, socket, sys
found = {
    "ids": [os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.getgroups()],
    "user": [pwd.getpwuid(os.getuid()).pw_dir, pwd.getpwnam("nobody").pw_uid, getpass.getuser(), os.path.expanduser("~nobody")],
    "group": [grp.getgrgid(os.getgid()).gr_name, grp.getgrnam("tty").gr_gid],
    "machine": [sys.platform, platform.system(), os.uname().sysname, socket.gethostname(), os.name, os.cpu_count()],
    "limit": resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0,
    "exe": sys.executable,
}
for name in ("pwd.getpwnam('none')", "grp.getgrgid(12345)"):
    try: eval(name)
    except KeyError as e: found[name] = e.args[0]
print(json.dumps(found))`);
  expect(found).toEqual({
    ids: [0, 0, 0, 0, []],
    user: ["/root", 65534, "root", "/nonexistent"],
    group: ["root", 5],
    machine: ["linux", "Linux", "Linux", "sandbox", "posix", 1],
    limit: true,
    exe: "/usr/bin/python3",
    "pwd.getpwnam('none')": "getpwnam(): name not found: 'none'",
    "grp.getgrgid(12345)": "getgrgid(): gid not found: 12345",
  });
});

describe("asyncio", () => {
  test("children, in parallel, with pipes and codes", async () => {
    const found = await vm.answers(`
import asyncio, json
async def child(line, data=None):
    process = await asyncio.create_subprocess_shell(line, stdin=-1, stdout=-1)
    out, _ = await process.communicate(data)
    return out.decode(), process.returncode
async def main():
    return await asyncio.gather(child("cat; exit 3", b"text"), child("sleep 0.05; echo later"), child("kill -9 $$"))
print(json.dumps(asyncio.run(main())))`);
    expect(found).toEqual([
      ["text", 3],
      ["later\n", 0],
      ["", -9],
    ]);
  });

  test("timeouts, queues, tasks, signals; threads are refused", async () => {
    const found = await vm.answers(`
import asyncio, json, os, signal
async def main():
    found = []
    try:
        async with asyncio.timeout(0.01): await asyncio.sleep(10)
    except TimeoutError: found.append("timeout")
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        group.create_task(queue.put(1))
        found.append(await group.create_task(queue.get()))
    got = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    found.append(await got.wait())
    try: await asyncio.to_thread(print)
    except RuntimeError as e: found.append(str(e))
    return found
print(json.dumps(asyncio.run(main())))`);
    expect(found).toEqual(["timeout", 1, true, "can't start new thread"]);
  });
});

test("multiprocessing by spawn: processes, pipes, locks; no threads", async () => {
  await vm.kernel.writeFile(
    "/work/many.py",
    `import multiprocessing as mp, os, threading
def work(lock, total, pipe, number):
    with lock: total.write(f"{number}\\n"); total.flush()
    pipe.send([number * 2, os.getpid() != os.getppid()]); pipe.close()
class Total:
    def __init__(self): self.file = open("/work/total", "a")
    def __reduce__(self): return Total, ()
    def write(self, text): self.file.write(text)
    def flush(self): self.file.flush()
if __name__ == "__main__":
    lock = mp.Lock(); found = []
    for number in (1, 2):
        here, there = mp.Pipe()
        process = mp.Process(target=work, args=(lock, Total(), there, number)); process.start()
        found.append(here.recv()); process.join(); found.append(process.exitcode)
    print(mp.get_start_method(), found, sorted(open("/work/total").read().split()))
    try: threading.Thread(target=print).start()
    except RuntimeError as e: print(e)`,
  );
  expect(await vm.run("python3 many.py")).toMatchObject({
    stdout: "spawn [[2, True], 0, [4, True], 0] ['1', '2']\ncan't start new thread\n",
    stderr: "",
  });
});

describe("signals", () => {
  test("a handler runs, calls that wait are made again, masks and timers hold", async () => {
    const found = await vm.answers(`
import json, os, signal, time
got = []
note = lambda number, frame: got.append(signal.Signals(number).name)
for number in (signal.SIGUSR1, signal.SIGALRM, signal.SIGCHLD): signal.signal(number, note)
os.kill(os.getpid(), signal.SIGUSR1)
signal.setitimer(signal.ITIMER_REAL, 0.02); began = time.monotonic(); time.sleep(0.1); slept = time.monotonic() - began
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); os.kill(os.getpid(), signal.SIGUSR1); held = list(got)
pending = [s.name for s in signal.sigpending()]
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
os.system("true")
print(json.dumps([held, pending, got, slept >= 0.1]))`);
    expect(found).toEqual([
      ["SIGUSR1", "SIGALRM"],
      ["SIGUSR1"],
      ["SIGUSR1", "SIGALRM", "SIGUSR1", "SIGCHLD"],
      true,
    ]);
  });

  test.each<[NodeJS.Signals, string, number]>([
    ["SIGTERM", "while True: pass", 143],
    ["SIGINT", "while True: pass", 130],
    ["SIGINT", "import time; time.sleep(100)", 130],
    ["SIGKILL", "while True:\n  try:\n    while True: pass\n  except KeyboardInterrupt: pass", 137],
  ])("%s ends %j", async (signal, program, code) => {
    await vm.kernel.writeFile("/work/loop.py", `print("on", flush=True)\n${program}\n`);
    let on = (): void => {};
    const started = new Promise<void>((resolve) => {
      on = resolve;
    });
    const child = vm.kernel.spawn("python3", ["/work/loop.py"], { onStdout: () => on() });
    await started;
    child.kill(osConstants.signals[signal]);
    expect(await child.wait()).toBe(code);
  });
});

// ps, pgrep and their kin on the kernel's own processes. What they show differs from run to run, so that no snippet can
// be recorded: these say what must hold.

import type { Kernel } from "secure-exec/kernel";
import { expect, test } from "vitest";
import { bootKernel } from "../boot.js";

const kernelWith = async () => {
  const kernel = await bootKernel();
  const run = async (line: string) => {
    const { stdout, stderr, exitCode } = await kernel.exec(line);
    return { out: stdout, err: stderr, code: exitCode };
  };
  return { kernel, run };
};

test("ps: the processes of the own terminal, of all, by lists, and 1 for none", async () => {
  const { run } = await kernelWith();
  const plain = await run("ps");
  expect(plain.out).toMatch(
    /^ {4}PID TTY {10}TIME CMD\n +\d+ \? {8}00:00:00 sh\n +\d+ \? {8}00:00:00 ps\n$/,
  );
  // The share of a processor is what starting took, by the age so far: any number on a busy machine.
  const full = await run("sleep 60 & ps -ef | grep 'sleep 60$'; kill $!");
  expect(full.out).toMatch(/^root +\d+ +\d+ +\d+ \d\d:\d\d \? +00:00:00 sleep 60\n$/);
  const users = await run("ps aux");
  expect(users.out.split("\n")[0]).toBe(
    "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND",
  );
  expect(users.out).toMatch(
    /^root +\d+ +\d+\.\d +0\.0 +0 +0 \? +Ss +\d\d:\d\d +0:00 sh -c ps aux$/m,
  );
  expect(await run("ps -p 99999; echo $?")).toMatchObject({
    out: "    PID TTY          TIME CMD\n1\n",
  });
  expect(await run("ps -z")).toMatchObject({ code: 1, err: /^error: unsupported SysV option\n/ });
});

test("ps -o: columns, headings, order", async () => {
  const { run } = await kernelWith();
  const chosen = await run("sleep 60 & ps -o ppid= -o comm=WHAT -p $!; echo $$; kill $!");
  const [heading, row, pid] = chosen.out.trim().split("\n");
  expect(heading?.trim()).toBe("WHAT");
  expect(row?.trim().split(/ +/)).toEqual([pid, "sleep"]);
  expect(
    (await run("sleep 61 & sleep 62 & ps -C sleep -o args= --sort=-pid; kill %1 %2")).out,
  ).toBe("sleep 62\nsleep 61\n");
  const states = await run("sleep 60 & kill -STOP $!; ps -o stat= -p $!; kill -KILL $!");
  expect(states.out).toBe("T\n");
  expect((await run("ps -o nope")).err).toContain('unknown user-defined format specifier "nope"');
});

test("ps --forest: children under their parents", async () => {
  const { run } = await kernelWith();
  const { out } = await run("sh -c 'sleep 60 & ps --forest -eo args; kill $!'; true");
  expect(out).toMatch(/^ {1}\\_ sh -c sleep 60 & ps/m);
  expect(out).toMatch(/^ {5}\\_ sleep 60$/m);
  expect(out).toMatch(/^ {5}\\_ ps --forest -eo args$/m);
});

test("pgrep, pkill and pidof", async () => {
  const { run } = await kernelWith();
  const found = await run(
    "sleep 61 & sleep 62 & pgrep -x sleep | wc -l; pgrep -n sleep; echo $!; pgrep -la sleep",
  );
  const lines = found.out.trim().split("\n");
  expect(lines[0]?.trim()).toBe("2");
  expect(lines[1]).toBe(lines[2]);
  expect(lines.slice(3).map((line) => line.replace(/^\d+ /, ""))).toEqual(["sleep 61", "sleep 62"]);
  expect(
    (await run("pidof sleep | tr ' ' '\\n' | sort -rn | wc -l; pidof -s sleep | wc -w")).out,
  ).toBe("2\n1\n");
  const killed = await run(
    "sleep 71 & sleep 72 & pkill -e -n -f 72$; pgrep -x -f 'sleep 7.' | wc -l; pkill -9 -f '^sleep 71'; pgrep -f '^sleep 7'; echo $?",
  );
  expect(killed.out).toMatch(/^sleep killed \(pid \d+\)\n *1\n1\n$/);
  // Signals reach the own family only.
  expect(await run("pkill sleep")).toMatchObject({ code: 1, err: /Operation not permitted/ });
  expect(await run("pidof nothing")).toMatchObject({ code: 1, out: "" });
  expect(await run("pgrep")).toMatchObject({ code: 2, err: /no matching criteria specified/ });
  expect(await run("pgrep a b")).toMatchObject({ code: 2 });
  expect(await run("pgrep '('")).toMatchObject({ code: 2, err: /regex error/ });
});

test("free and uptime add up with /proc, nproc's number with cpuinfo", async () => {
  const { run } = await kernelWith();
  const free = await run("free; grep -E '^Mem(Total|Available)' /proc/meminfo");
  const numbers = free.out
    .match(/^Mem: +(\d+) +(\d+) +\d+ +\d+ +\d+ +(\d+)$/m)
    ?.slice(1)
    .map(Number);
  const [total = 0, used = 0, available = 0] = numbers ?? [];
  expect(used).toBe(total - available);
  expect(free.out).toMatch(new RegExp(`MemTotal: +${total} kB`));
  expect((await run("free -h")).out).toMatch(/^Mem: +1\.0Gi/m);
  expect((await run("uptime")).out).toMatch(
    /^ \d\d:\d\d:\d\d up 0 min, {2}0 user, {2}load average: 0\.00, 0\.00, 0\.00\n$/,
  );
  expect((await run("uptime -p")).out).toBe("up 0 minutes\n");
  expect(await run("free -c x")).toMatchObject({ code: 1 });
});

/** A shell on a terminal, and what it shows without the marks of its line editor. */
function terminalOf(kernel: Kernel) {
  const shell = kernel.openShell({ env: { TERM: "dumb" } });
  let text = "";
  shell.onData = (data: Uint8Array) => {
    text += Buffer.from(data).toString();
  };
  return { shell, screen: () => text.replaceAll("\x1b[?2004h", "").replaceAll("\x1b[?2004l", "") };
}

test("who, users, w and pinky know the sessions that have terminals", async () => {
  const { kernel, run } = await kernelWith();
  expect(await run("who; users; who -q")).toMatchObject({ out: "\n# users=0\n" });
  const { shell, screen } = terminalOf(kernel);
  shell.write("who; users; w -h; who am i; tty; echo en''d\n");
  await expect.poll(screen).toContain("end\r\n");
  expect(screen()).toMatch(/(\$ |\n)root +pts\/0 +\d{4}-\d\d-\d\d \d\d:\d\d\r\nroot\r\n/);
  expect(screen()).toMatch(/\r\nroot +pts\/0 +- +\d\d:\d\d +0\.00s +0\.00s +0\.00s w -h\r\n/);
  expect((await run("who -q")).out).toBe("root\n# users=1\n");
  expect((await run("pinky")).out).toMatch(/^root +root +pts\/0 /m);
  shell.kill();
  await shell.wait();
});

test("lsof: files, pipes and listening sockets of the own session", async () => {
  const { run } = await kernelWith();
  const open = await run(
    "echo text > /tmp/f; sleep 60 < /tmp/f & lsof -p $!; lsof -t /tmp/f; echo $!; kill $!",
  );
  expect(open.out).toMatch(/^COMMAND +PID +USER +FD +TYPE +DEVICE +SIZE\/OFF +NODE +NAME$/m);
  expect(open.out).toMatch(/^sleep +\d+ +root +0r +REG +\S+ +5 +\d+ +\/tmp\/f$/m);
  expect(open.out).toMatch(/^sleep +\d+ +root +cwd +DIR +\S+ +\d+ +\d+ +\/$/m);
  const [listed, pid] = open.out.trim().split("\n").slice(-2);
  expect(listed).toBe(pid);
  expect(await run("lsof /nowhere")).toMatchObject({
    code: 1,
    err: /lsof: status error on \/nowhere/,
  });
  expect(await run("lsof -i")).toMatchObject({ code: 1, out: "" });
});

test("top -b -n1 shows a line a process", async () => {
  const { run } = await kernelWith();
  const { out } = await run("top -b -n1");
  expect(out).toMatch(/^top - \d\d:\d\d:\d\d up/);
  expect(out).toMatch(/^Tasks: +2 total, +1 running, +1 sleeping, +0 stopped, +0 zombie$/m);
  expect(
    out
      .trim()
      .split("\n")
      .slice(7)
      .map((line) => line.trim().split(/ +/).at(-1)),
  ).toEqual(["sh", "top"]);
});

test("top on a terminal looks again until q, and leaves the terminal as it was", async () => {
  const { kernel } = await kernelWith();
  const { shell, screen } = terminalOf(kernel);
  shell.write("top -d 0.05\n");
  await expect.poll(() => screen().split("\x1b[H\x1b[2J").length).toBeGreaterThan(3);
  shell.write("q");
  await expect.poll(screen).toMatch(/top\r\n\$ $/);
  shell.write("echo ec''hoed\n");
  await expect.poll(screen).toMatch(/\nechoed\r\n/);
  shell.write("top\n");
  await expect.poll(screen).toMatch(/echoed\r\n\$ top\r\n[\s\S]*TIME\+ COMMAND/);
  shell.write("\x03");
  await expect.poll(screen).toMatch(/top\r\n(\^C)?(\r\n)?\$ $/);
  shell.kill();
  await shell.wait();
});

// Rules of permissions: what each form matches, the last one that matches answers, what a denial tells.

import { describe, expect, test } from "vitest";
import { rangeOf, rangeOfName } from "../../src/kernel/address-range.js";
import { parseIp } from "../../src/kernel/ip-address.js";
import { PermissionPolicy } from "../../src/kernel/permission-policy.js";
import type { PermissionRequest } from "../../src/kernel/permissions.js";
import type { Denial } from "../../src/runtime/denial.js";
import type { NetworkRules } from "../../src/runtime/network-rules.js";
import {
  combine,
  type PermissionOption,
  PermissionRules,
} from "../../src/runtime/permission-option.js";
import { presets, workspace } from "../../src/runtime/presets.js";

function scene(option: PermissionOption) {
  const denials: Denial[] = [];
  const rules = new PermissionRules(option, option.network, (denial) => denials.push(denial));
  const policy = new PermissionPolicy(rules.permissions());
  const allows = async (request: PermissionRequest) => (await policy.ask(request)) === undefined;
  return { rules, denials, allows };
}

const file = (op: "read" | "write" | "exec" | "stat", path: string): PermissionRequest => ({
  scope: "fs",
  op,
  path,
  pid: 1,
});
const command = (name: string, ...args: string[]): PermissionRequest => ({
  scope: "childProcess",
  op: "spawn",
  command: name,
  args,
  pid: 1,
});
const variable = (name: string): PermissionRequest => ({ scope: "env", op: "read", name, pid: 1 });

/** `tcp host:port`, `host=address:port` for a name that was looked up, `dns host` for a question. */
function net(text: string): PermissionRequest {
  const [protocol, rest = ""] = text.split(" ");
  const [, host = "", address, port = "0"] = /^(.*?)(?:=(.*?))?(?:@(\d+))?$/.exec(rest) ?? [];
  const known = address ?? (parseIp(host) ? host : undefined);
  const range = known === undefined ? rangeOfName(host) : rangeOf(known);
  const common = {
    scope: "network",
    pid: 1,
    host,
    range,
    ...(known && { address: known }),
  } as const;
  if (protocol === "dns") return { ...common, op: "resolve", port: 0, protocol: "dns" };
  const op = protocol === "udp" ? "send" : "connect";
  return { ...common, op, port: Number(port), protocol: protocol === "udp" ? "udp" : "tcp" };
}

const publicIp = "93.184.216.34";

describe("the network", () => {
  test.each<[NetworkRules, allowed: string[], denied: string[]]>([
    [[], [], [`tcp ${publicIp}@80`, "dns example.com"]],
    [
      [true],
      [`tcp ${publicIp}@80`, "udp 1.1.1.1@53", "dns example.com"],
      ["tcp 10.0.0.1@80", "dns metadata.google.internal", "tcp host.internal=127.0.0.1@80"],
    ],
    [
      ["*.npmjs.org"],
      ["tcp registry.npmjs.org@443", "dns a.b.npmjs.org", `udp x.npmjs.org=${publicIp}@53`],
      ["tcp npmjs.org@443", "tcp evilnpmjs.org@443", "tcp npmjs.org.evil.com@443"],
    ],
    [
      ["Good.Example.COM.:443"],
      ["tcp good.example.com@443", "dns good.example.com"],
      ["tcp good.example.com@80", "tcp good.example.com.evil.com@443", "tcp sgood.example.com@443"],
    ],
    [["bücher.example"], ["tcp xn--bcher-kva.example@443"], ["tcp bucher.example@443"]],
    [["https://api.test"], ["tcp api.test@443"], ["tcp api.test@80", "udp api.test@443"]],
    [["http://api.test"], ["tcp api.test@80"], ["tcp api.test@443"]],
    [["udp://1.1.1.1:53"], ["udp 1.1.1.1@53"], ["tcp 1.1.1.1@53", "udp 1.1.1.1@54"]],
    [["a.test:8000-8002"], ["tcp a.test@8001"], ["tcp a.test@7999", "tcp a.test@8003"]],
    [
      ["10.0.0.0/8", "fd00::/8", "[2606:4700::1]:443"],
      ["tcp 10.1.2.3@5432", "tcp db.corp=10.1.2.3@80", "tcp fd12::1@80", "tcp 2606:4700::1@443"],
      ["tcp 11.0.0.1@80", "tcp 192.168.0.1@80", "dns db.corp", "tcp fd00:ec2::254@80"],
    ],
    // What covers special and public addresses alike names none of the special ones.
    [["0.0.0.0/0"], [`tcp ${publicIp}@80`], ["tcp 10.0.0.1@80", "tcp 169.254.169.254@80"]],
    [["169.254.0.0/16"], ["tcp 169.254.0.1@80"], ["tcp 169.254.169.254@80"]],
    [["169.254.169.254"], ["tcp 169.254.169.254@80"], ["tcp 169.254.0.1@80"]],
    [["::ffff:10.0.0.1"], ["tcp 10.0.0.1@80"], ["tcp 10.0.0.2@80"]],
    // A name that leads inside is not what was meant, unless that is said.
    [
      ["db.corp"],
      ["tcp db.corp@80", "dns db.corp"],
      ["tcp db.corp=10.0.0.1@80", "dns db.corp=10.0.0.1"],
    ],
    [
      [{ host: "db.corp", ranges: ["private"] }],
      ["tcp db.corp=10.0.0.1@80", "dns db.corp=10.0.0.1", "dns db.corp"],
      ["tcp db.corp=127.0.0.1@80", "tcp db.corp=169.254.169.254@80"],
    ],
    [
      ["host.internal:5432"],
      ["tcp host.internal=127.0.0.1@5432"],
      ["tcp host.internal=127.0.0.1@22"],
    ],
    [["metadata.google.internal"], ["dns metadata.google.internal"], ["dns metadata.goog"]],
    // The last one that matches answers; what names a special address is not undone by a wider rule.
    [["*", "!*.evil.test"], ["tcp a.test@80"], ["tcp x.evil.test@80", "dns x.evil.test"]],
    [["!*.evil.test", "*"], ["tcp x.evil.test@80"], []],
    [["10.0.0.1:80", "*"], ["tcp 10.0.0.1@80", "tcp a.test@1"], ["tcp 10.0.0.1@81"]],
    [["*", "!*:25"], ["tcp a.test@80", "dns a.test"], ["tcp a.test@25"]],
    [[{ host: ["a.test", "b.test"], port: [80, "443"] }], ["tcp b.test@443"], ["tcp b.test@81"]],
    [
      ["a.test", ({ port }) => (port === 25 ? false : undefined)],
      ["tcp a.test@80"],
      ["tcp a.test@25", "tcp b.test@80"],
    ],
    [
      [async ({ host }) => (host === "a.test" ? true : undefined)],
      ["tcp a.test@1"],
      ["tcp b.test@1"],
    ],
  ])("%j", async (network, allowed, denied) => {
    const { allows } = scene({ network });
    for (const text of allowed) expect([text, await allows(net(text))]).toEqual([text, true]);
    for (const text of denied) expect([text, await allows(net(text))]).toEqual([text, false]);
  });

  const wrong = [
    ...[
      "localhost:80",
      "a b",
      "user@host",
      "https://a.test/v1",
      "*.1.2.3.4",
      "a.*.test",
      "a.test:0",
    ],
    ...["a.test:99999", "a.test:2-1", "ftp://a.test", "10.0.0.0/33", "", "!", "a.test\\b"],
  ];
  test.each([...wrong, 5, null, { host: "a", prot: 1 }, { ranges: ["public"] }, { port: "x" }])(
    "%j is no rule",
    (rule) => {
      const make = () => scene({ network: [rule] as unknown as NetworkRules });
      expect(make).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
    },
  );
});

describe("files", () => {
  test("paths stand for what is below, wildcards for parts of them, the last match answers", async () => {
    const { allows } = scene({
      fs: [
        { path: "/", access: "read" },
        "/app",
        "/home/*/out",
        "!/app/**/.env",
        { path: "/app/bin", access: ["write"], allow: false },
        { path: "/data/v?.txt" },
      ],
    });
    const yes: [Parameters<typeof file>[0], string][] = [
      ["read", "/etc/passwd"],
      ["stat", "/"],
      ["write", "/app/src/a.js"],
      ["write", "/app"],
      ["exec", "/app/bin/tool"],
      ["write", "/home/bob/out/deep/file"],
      ["write", "/data/v1.txt"],
      ["read", "/app/x.env"],
    ];
    const no: typeof yes = [
      ["write", "/etc/passwd"],
      ["exec", "/bin/sh"],
      ["write", "/apple"],
      ["read", "/app/.env"],
      ["read", "/app/a/b/.env/x"],
      ["write", "/app/bin/tool"],
      ["write", "/home/bob/in"],
      ["write", "/data/v12.txt"],
      ["write", "/home/bob/x/out"],
    ];
    for (const [op, path] of yes)
      expect([path, await allows(file(op, path))]).toEqual([path, true]);
    for (const [op, path] of no)
      expect([path, await allows(file(op, path))]).toEqual([path, false]);
  });

  test("a pattern of many wildcards takes no longer than it is long", async () => {
    const { allows } = scene({ fs: [`/${"**/a/".repeat(200)}b`, `/${"*a".repeat(2000)}b`] });
    expect(await allows(file("read", `/${"a/".repeat(2000)}`))).toBe(false);
    expect(await allows(file("read", `/${"a".repeat(4000)}`))).toBe(false);
  });

  test.each(["relative", "/a/../b", "/./a", "", { path: "/a", access: "chmod" }, { paths: "/a" }])(
    "%j is no rule",
    (rule) => {
      const make = () => scene({ fs: [rule] as unknown as [] });
      expect(make).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
    },
  );
});

test("commands by name, path and first arguments; variables by name", async () => {
  const { allows } = scene({
    childProcess: ["ls", "python*", "/app/bin", { command: "git", args: ["status"] }, "!python2"],
    env: ["LANG", "NPM_*", { name: "NPM_TOKEN", allow: false }],
  });
  const asked: [PermissionRequest, boolean][] = [
    [command("ls", "-l"), true],
    [command("lsof"), false],
    [command("python3"), true],
    [command("python2"), false],
    [command("/app/bin/x"), true],
    [command("/app/lib/x"), false],
    [command("git", "status", "-s"), true],
    [command("git", "push"), false],
    [command("git"), false],
    [variable("LANG"), true],
    [variable("NPM_CONFIG"), true],
    [variable("NPM_TOKEN"), false],
    [variable("PATH"), false],
  ];
  for (const [request, expected] of asked) {
    expect([request, await allows(request)]).toEqual([request, expected]);
  }
});

test("presets alone and combined", async () => {
  const readOnly = scene(presets.readOnly);
  expect(await readOnly.allows(file("read", "/a"))).toBe(true);
  expect(await readOnly.allows(file("write", "/a"))).toBe(false);
  const none = scene(presets.none);
  for (const request of [file("read", "/"), command("ls"), variable("A"), net("tcp a.test@1")]) {
    expect(await none.allows(request)).toBe(false);
  }
  const all = scene(presets.all);
  for (const request of [file("write", "/"), command("ls"), variable("A"), net("tcp a.test@1")]) {
    expect(await all.allows(request)).toBe(true);
  }
  expect(await all.allows(net("tcp 10.0.0.1@80"))).toBe(false);
  const mixed = scene(
    combine(presets.offline, presets.packages, workspace("/work"), { fs: ["!/work/.git"] }),
  );
  expect(await mixed.allows(net("tcp registry.npmjs.org@443"))).toBe(true);
  expect(await mixed.allows(net("tcp registry.npmjs.org@80"))).toBe(false);
  // The offline preset's wide-open files come first, and are not taken back by what allows.
  expect(await mixed.allows(file("write", "/work/.git/config"))).toBe(false);
  const narrow = scene(combine(workspace("/work"), { fs: ["!/work/.git"] }));
  expect(await narrow.allows(file("write", "/work/a"))).toBe(true);
  expect(await narrow.allows(file("write", "/tmp/a"))).toBe(true);
  expect(await narrow.allows(file("write", "/etc/a"))).toBe(false);
  expect(await narrow.allows(file("write", "/work/.git/a"))).toBe(false);
});

describe("a denial", () => {
  test.each<[PermissionOption, PermissionRequest, index: number | undefined, reason: string]>([
    [
      { network: ["a.test:443"] },
      net("tcp a.test@80"),
      undefined,
      "no rule of permissions.network allows connect tcp a.test:80",
    ],
    [
      { network: ["*", "!*.evil.test"] },
      net("dns x.evil.test"),
      1,
      'permissions.network[1], "!*.evil.test", denies resolve x.evil.test',
    ],
    [
      { network: true },
      net("tcp db.corp=10.0.0.1@5432"),
      undefined,
      "no rule of permissions.network allows connect tcp db.corp:5432 (10.0.0.1), a private address, which has to be named",
    ],
    [
      { fs: [true, { path: "/etc", access: "write", allow: false, reason: "no changes here" }] },
      file("write", "/etc/passwd"),
      1,
      "no changes here",
    ],
    [{ fs: false }, file("read", "/a"), 0, "permissions.fs[0], false, denies read /a"],
    [
      { childProcess: [({ command: name }) => name === "ls"] },
      command("rm", "-rf", "/"),
      0,
      "permissions.childProcess[0], a function, denies spawn rm -rf /",
    ],
    [{ env: [] }, variable("A"), undefined, "no rule of permissions.env allows read A"],
  ])("of %j says who, why, and what would allow it", async (option, request, index, reason) => {
    const told: unknown[] = [];
    const onDenied = (...args: unknown[]) => told.push(args);
    const { rules, denials, allows } = scene({ ...option, onDenied });
    expect(await allows(request)).toBe(false);
    const [denial] = denials;
    if (!denial) throw new Error("no denial");
    expect(denial).toMatchObject({ request, reason });
    expect(denial.rule?.index).toBe(index);
    expect(told).toEqual([[request, reason]]);
    // The console's button: data, given back.
    rules.allow(JSON.parse(JSON.stringify(denial.allow)));
    expect(await allows(request)).toBe(true);
    expect(denials.length).toBe(1);
  });

  test("what is offered is no wider than what was asked", async () => {
    const { rules, denials, allows } = scene({ fs: [], network: [] });
    await allows(file("read", "/a/b"));
    await allows(net("tcp db.corp=10.0.0.1@5432"));
    for (const { allow } of denials) rules.allow(allow);
    expect(await allows(file("write", "/a/b"))).toBe(false);
    expect(await allows(file("read", "/a"))).toBe(false);
    expect(await allows(net("tcp db.corp=10.0.0.1@5433"))).toBe(false);
    expect(await allows(net("udp db.corp=10.0.0.1@5432"))).toBe(false);
    expect(await allows(net("tcp db.corp=127.0.0.1@5432"))).toBe(false);
    expect(await allows(net("tcp other.corp=10.0.0.1@5432"))).toBe(false);
  });

  test("rules that deny, and no rules, can't be added", () => {
    const { rules } = scene({});
    const added = [
      { scope: "fs", rule: "!/a" },
      { scope: "env", rule: { name: "A", allow: false } },
      { scope: "disk", rule: "/a" },
      { scope: "fs", rule: "a" },
      {},
    ];
    for (const each of added) {
      const add = () => rules.allow(each as Parameters<typeof rules.allow>[0]);
      expect(add).toThrow(expect.objectContaining({ code: "ERR_OPTION" }));
    }
  });
});

test("scopes and values that do not exist", () => {
  for (const option of [{ fss: true }, { fs: 1 }, { fs: "/a" }, { fs: {} }, { onDenied: 1 }, []]) {
    expect(() => scene(option as PermissionOption)).toThrow(
      expect.objectContaining({ code: "ERR_OPTION" }),
    );
  }
});

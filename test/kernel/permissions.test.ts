// The permissions option: presets, functions, reasons, and answers that come later.

import { afterEach, describe, expect, test, vi } from "vitest";
import { errno } from "../../src/kernel/errno.js";
import { PermissionPolicy } from "../../src/kernel/permission-policy.js";
import {
  allowAll,
  allowAllChildProcess,
  allowAllEnv,
  allowAllFs,
  allowAllNetwork,
  KernelError,
  type PermissionRequest,
  type Permissions,
} from "../../src/kernel.js";
import { bootKernel, Puppets, turn } from "./drivers.js";

afterEach(() => void vi.restoreAllMocks());

const network = {
  scope: "network",
  op: "connect",
  pid: 1,
  host: "example.org",
  port: 443,
  protocol: "tcp",
  range: "public",
} as const;

const file = { scope: "fs", op: "read", pid: 1, path: "/etc/passwd" } as const;

/** "allowed", or the error's name and reason. */
async function answer(
  permissions: Permissions,
  request: PermissionRequest = file,
): Promise<string> {
  const refused = await new PermissionPolicy(permissions).ask(request);
  return refused ? [refused.code, refused.reason].filter(Boolean).join(": ") : "allowed";
}

describe("a rule", () => {
  test.each<[string, NonNullable<Permissions["fs"]>, string]>([
    ["true", true, "allowed"],
    ["false", false, "EACCES: permissions.fs is false"],
    ["a function that says yes", () => true, "allowed"],
    ["a function that says no", () => false, "EACCES"],
    ["{ allow: true }", () => ({ allow: true, reason: "unused" }), "allowed"],
    ["{ allow: false }", () => ({ allow: false }), "EACCES"],
    ["{ allow: false, reason }", () => ({ allow: false, reason: "secret" }), "EACCES: secret"],
    ["a promise of yes", async () => true, "allowed"],
    ["a promise of a reason", async () => ({ allow: false, reason: "later" }), "EACCES: later"],
  ])("that is %s", async (_name, rule, expected) => {
    expect(await answer({ fs: rule })).toBe(expected);
  });

  test("gets the request", async () => {
    const asked: unknown[] = [];
    await answer({ fs: (request) => asked.push(request) > 0 });
    expect(asked).toEqual([file]);
  });

  test("is asked anew each time: it may change its mind", () => {
    let isOpen = true;
    const policy = new PermissionPolicy({ fs: () => isOpen });
    expect(policy.ask(file)).toBe(undefined);
    isOpen = false;
    expect(policy.ask(file)).toBe(errno.EACCES);
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("bug");
      },
    ],
    ["answers undefined", () => undefined],
    ["answers 1", () => 1],
    ["answers a string", () => "yes"],
    ["answers an object without allow", () => ({})],
    ["answers { allow: 1 }", () => ({ allow: 1 })],
    ["promises junk", async () => "yes"],
    [
      "rejects",
      async () => {
        throw new Error("bug");
      },
    ],
  ])("that %s refuses, and is reported once", async (_name, rule) => {
    const report = vi.spyOn(console, "error").mockImplementation(() => {});
    const policy = new PermissionPolicy({ fs: rule as never });
    for (let time = 0; time < 2; time++) {
      expect(await policy.ask(file)).toMatchObject({ code: "EACCES" });
    }
    expect(report).toHaveBeenCalledTimes(1);
    expect(report.mock.calls[0]?.[0]).toMatch(/^secure-exec: permissions\.fs failed/);
  });
});

describe("the option", () => {
  test.each(Object.keys(allowAll))("allowAll allows %s; so does a kernel without it", (scope) => {
    expect(new PermissionPolicy(allowAll).allowsAll(scope as "fs")).toBe(true);
    expect(new PermissionPolicy().allowsAll(scope as "fs")).toBe(true);
  });

  test("a preset allows its own scope only; a scope left out is denied", async () => {
    expect(await answer({ fs: allowAllFs })).toBe("allowed");
    expect(await answer({ fs: allowAllFs }, network)).toBe(
      "EACCES: permissions.network is not given",
    );
    expect(await answer({ network: allowAllNetwork }, network)).toBe("allowed");
    const spawn = { scope: "childProcess", op: "spawn", pid: 1, command: "ls", args: [] } as const;
    expect(await answer({ childProcess: allowAllChildProcess }, spawn)).toBe("allowed");
    expect(
      await answer({ env: allowAllEnv }, { scope: "env", op: "read", pid: 1, name: "X" }),
    ).toBe("allowed");
  });

  test.each([
    [{ fs: "yes" }, "permissions.fs: expected a boolean or a function, got string"],
    [{ fs: null }, "permissions.fs: expected a boolean or a function, got null"],
    [{ filesystem: false }, "permissions.filesystem: expected one of fs, network"],
    [{ onDenied: true }, "permissions.onDenied: expected a function, got true"],
  ])("%j is EINVAL", (permissions, text) => {
    expect(() => new PermissionPolicy(permissions as never)).toThrow(KernelError);
    expect(() => new PermissionPolicy(permissions as never)).toThrow(text);
  });

  test("onDenied is told of refusals; what it throws changes nothing", async () => {
    const denied: unknown[] = [];
    const onDenied = (request: PermissionRequest, reason: string | undefined): void => {
      denied.push([request, reason]);
      throw new Error("listener");
    };
    expect(await answer({ fs: () => ({ allow: false, reason: "no" }), onDenied })).toBe(
      "EACCES: no",
    );
    expect(await answer({ fs: () => true, onDenied })).toBe("allowed");
    expect(denied).toEqual([[file, "no"]]);
  });
});

/** A kernel with the commands `parent` (which has a descriptor 2 that is read) and `child`. */
async function boot(permissions: Permissions) {
  const [parents, children] = [new Puppets("parent"), new Puppets("child")];
  const { kernel, tables } = await bootKernel([parents, children], { permissions });
  const stderr: string[] = [];
  const parent = kernel.spawn("parent", [], {
    env: { HOME: "/h", SECRET: "s" },
    onStderr: (data) => void stderr.push(new TextDecoder().decode(data)),
  });
  return { kernel, tables, parents, children, parent, stderr };
}

describe("childProcess", () => {
  test("false: a guest's start is EACCES, the host's own is not asked", async () => {
    const { kernel, parents, children, parent } = await boot({ fs: true, env: true });
    expect(() => parents.ki.spawn("child", [], { ppid: parent.pid })).toThrow(
      "EACCES: permission denied, child: permissions.childProcess is not given",
    );
    expect(children.all).toEqual([]);
    kernel.spawn("child", []);
    expect(children.all).toHaveLength(1);
  });

  test("the rule gets what will run, resolved", async () => {
    const asked: PermissionRequest[] = [];
    const rule = (request: PermissionRequest): boolean => asked.push(request) > 0;
    const { kernel, parents, parent } = await boot({ fs: true, env: true, childProcess: rule });
    await kernel.writeFile("/s", "#!/bin/child -x\n");
    await parents.ki.vfs.chmod("/s", 0o755);
    await parents.ki.vfs.symlink("/bin/child", "/alias");
    for (const command of ["child", "/bin/child", "/alias", "/s"]) {
      parents.ki.spawn(command, ["a"], { ppid: parent.pid });
    }
    const request = { scope: "childProcess", op: "spawn", pid: parent.pid, command: "child" };
    expect(asked).toEqual([
      { ...request, args: ["a"] },
      { ...request, args: ["a"] },
      { ...request, args: ["a"] },
      { ...request, args: ["-x", "/s", "a"] },
    ]);
  });

  test("a later yes starts it then; the call returns at once", async () => {
    const rule = async (): Promise<boolean> => true;
    const { parents, children, parent } = await boot({ fs: true, env: true, childProcess: rule });
    const child = parents.ki.spawn("child", ["x"], { ppid: parent.pid });
    expect(children.all).toEqual([]);
    await turn();
    expect(children.last.args).toEqual(["x"]);
    children.last.exit(3);
    expect(await child.wait()).toBe(3);
  });

  test("a later no is exit 126 with a line on stderr", async () => {
    const rule = async () => ({ allow: false, reason: "not that one" });
    const { parents, children, parent, stderr } = await boot({
      fs: true,
      env: true,
      childProcess: rule,
    });
    const child = parents.ki.spawn("child", [], { ppid: parent.pid });
    expect(await child.wait()).toBe(126);
    await turn();
    expect(stderr.join("")).toBe("child: permission denied: not that one\n");
    expect(children.all).toEqual([]);
  });

  test("who is killed while the rule thinks ends by the signal and is never started", async () => {
    let decide: (decision: boolean) => void = () => {};
    const rule = () =>
      new Promise<boolean>((resolve) => {
        decide = resolve;
      });
    const { parents, children, parent } = await boot({ fs: true, env: true, childProcess: rule });
    const child = parents.ki.spawn("child", [], { ppid: parent.pid });
    child.kill(15);
    expect(await child.wait()).toBe(143);
    decide(true);
    await turn();
    expect(children.all).toEqual([]);
  });
});

describe("env", () => {
  const homeOnly = (request: { name: string }): boolean => request.name === "HOME";

  test("false: a process is started without any", async () => {
    const { parents } = await boot({ fs: true, childProcess: true, env: false });
    expect(parents.last.context.env).toEqual({});
  });

  test("names that are refused are left out, of the host's processes and of their children", async () => {
    const { parents, children, parent } = await boot({ childProcess: true, env: homeOnly });
    expect(parents.last.context.env).toEqual({ HOME: "/h" });
    parents.ki.spawn("child", [], { ppid: parent.pid, env: { SECRET: "again" } });
    expect(children.last.context.env).toEqual({ HOME: "/h" });
  });

  test("an answer that comes later holds the start back", async () => {
    const { parents, parent } = await boot({ env: async (request) => homeOnly(request) });
    expect(parents.all).toEqual([]);
    await turn();
    expect(parents.last.context.env).toEqual({ HOME: "/h" });
    parents.last.exit(0);
    expect(await parent.wait()).toBe(0);
  });

  test("a name of Object.prototype is a name", async () => {
    const names: string[] = [];
    const rule = (request: { name: string }): boolean => names.push(request.name) > 0;
    const { kernel, children } = await boot({ env: rule });
    names.length = 0;
    kernel.spawn("child", [], { env: JSON.parse('{"__proto__":"p","constructor":"c"}') });
    expect(names).toContain("__proto__");
    expect(Object.entries(children.last.context.env)).toContainEqual(["__proto__", "p"]);
    expect(Object.getPrototypeOf(children.last.context.env)).toBe(Object.prototype);
  });
});

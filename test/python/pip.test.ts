// pip: the real one, with pure wheels from the file system and from an index inside the VM. Skipped where its wheel was not
// got (`npm run pip`).

import { existsSync } from "node:fs";
import { describe as describeAlways, expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const wheel = new URL("../../src/drivers/python/wheels/pip-26.3-py3-none-any.whl", import.meta.url);
const describe = describeAlways.skipIf(!existsSync(wheel));

/** Makes wheels in /wheels: `good` needs `base`; `escape` tries to get out; `native` is for another machine. */
const makeWheels = `
import base64, hashlib, os, zipfile
os.makedirs("/wheels", exist_ok=True)
def wheel(name, files, version="1.0", requires=()):
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n" + "".join(f"Requires-Dist: {one}\\n" for one in requires)
    files = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    digest = lambda text: base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
    lines = [f"{path},sha256={digest(text)},{len(text)}" for path, text in files.items()] + [f"{info}/RECORD,,"]
    with zipfile.ZipFile(f"/wheels/{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items(): archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", "\\n".join(lines))
wheel("base", {"base.py": "value = 6"})
wheel("good", {"good/__init__.py": "import base; answer = base.value * 7"}, requires=["base"])
wheel("escape", {"../../../../../../escaped.py": "bad = 1"})
wheel("absolute", {"/escaped.py": "bad = 1"})
wheel("script", {"script-1.0.data/scripts/../../../../../escaped": "#!python\\n"})
# The same without RECORD.
wheel("wrong", {"wrong.py": "bad = 1"})
with zipfile.ZipFile("/wheels/wrong-1.0-py3-none-any.whl") as archive: parts = {name: archive.read(name) for name in archive.namelist()}
with zipfile.ZipFile("/wheels/norecord-1.0-py3-none-any.whl", "w") as archive:
    for name, data in parts.items():
        if not name.endswith("RECORD"): archive.writestr(name.replace("wrong", "norecord"), data.replace(b"wrong", b"norecord"))
# A path file is code that every later Python runs: its own, inside the walls.
wheel("pathfile", {"pathfile.pth": "import sys; sys.was_run = True\\n"})
wheel("native", {"native.py": ""})
os.rename("/wheels/native-1.0-py3-none-any.whl", "/wheels/native-1.0-cp314-cp314-manylinux_2_28_x86_64.whl")
`;

describe("pip", () => {
  const vm = machine();
  const pip = (args: string) =>
    vm.run(`pip --disable-pip-version-check --no-cache-dir --no-color -q ${args}`);

  test("installs wheels from the file system with what they need; freeze, uninstall", async () => {
    await vm.kernel.writeFile("/work/make.py", makeWheels);
    expect(await vm.run("python3 make.py")).toMatchObject({ stderr: "", exitCode: 0 });
    const installed = await pip(
      "install --no-index --find-links /wheels --root-user-action ignore good",
    );
    expect(installed).toMatchObject({ stderr: "", exitCode: 0 });
    expect(await vm.run("python3 -c 'import good; print(good.answer)'")).toMatchObject({
      stdout: "42\n",
    });
    // One start of pip for all: it takes longer than what it does.
    await vm.kernel.writeFile(
      "/work/look.py",
      `from pip._internal.cli.main import main
for words in (["freeze"], ["list"], ["show", "-f", "good"], ["uninstall", "-qy", "--root-user-action", "ignore", "good"]):
    print("*", words[0], main(["--disable-pip-version-check", *words]), flush=True)`,
    );
    const looked = await vm.run("python3 look.py");
    expect(looked.stdout).toMatch(
      /^base==1\.0\ngood==1\.0\n\* freeze 0\n[\s\S]*\nbase +1\.0\ngood +1\.0\n[\s\S]*\* list 0\n[\s\S]*Requires: base\n[\s\S]* good\/__init__\.py\n[\s\S]*\* show 0\n[\s\S]*\* uninstall 0\n$/,
    );
    expect((await vm.run("python3 -c 'import good'")).stderr).toContain("No module named 'good'");
  }, 120_000);

  test("wheels that write outside, or are for another machine, are refused", async () => {
    await vm.kernel.writeFile(
      "/work/refused.py",
      `from pip._internal.cli.main import main
for name in ("escape", "absolute", "script", "native", "norecord"):
    print(name, main(["install", "-q", "--no-index", "--no-deps", "--find-links", "/wheels", name]), flush=True)`,
    );
    const { stdout } = await vm.run("python3 refused.py 2>/dev/null");
    expect(stdout).toBe("escape 1\nabsolute 1\nscript 1\nnative 1\nnorecord 1\n");
    const found = await vm.run("find / -name 'escaped*' -not -path '/proc/*' 2>/dev/null");
    expect(found.stdout).toBe("");
  }, 120_000);

  test("installs -r from an index inside the VM", async () => {
    await vm.kernel.writeFile(
      "/work/index.py",
      `import http.server, os, sys
for name in ("base", "good"):
    os.makedirs(f"/index/{name}", exist_ok=True)
    os.link(f"/wheels/{name}-1.0-py3-none-any.whl", f"/index/{name}/{name}-1.0-py3-none-any.whl")
os.chdir("/index")
class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()`,
    );
    let port = "";
    let listening = (): void => {};
    const started = new Promise<void>((resolve) => {
      listening = resolve;
    });
    const server = vm.kernel.spawn("python3", ["/work/index.py"], {
      onStdout: (data) => {
        port += new TextDecoder().decode(data);
        listening();
      },
    });
    await started;
    await vm.kernel.writeFile("/work/requirements.txt", "good==1.0  # a comment\n");
    const index = `--index-url http://127.0.0.1:${port.trim()}/`;
    expect(
      await pip(`install ${index} --root-user-action ignore --force-reinstall -r requirements.txt`),
    ).toMatchObject({ stderr: "", exitCode: 0 });
    expect(await vm.run("python3 -c 'import good; print(good.answer)'")).toMatchObject({
      stdout: "42\n",
    });
    server.kill(15);
    await server.wait();
  }, 120_000);

  test("an index that the policy does not let out to is an error of pip's", async () => {
    const { exitCode, stderr } = await pip(
      "install --retries 0 --timeout 5 --index-url http://10.0.0.1/simple base2",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("No matching distribution found");
  }, 120_000);
});

// curl and wget of the VM beside the host's own: the same requests to one server on the host's loopback, which the policy
// names, have the same output, exit codes and files. Then what only the VM has: a server inside it, a network that is denied.

import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Kernel } from "secure-exec/kernel";
import { createHostNetwork, createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bootKernel } from "../boot.js";

const hasTool = (name: string) => spawnSync(name, ["--version"]).status === 0;
const servers: Server[] = [];
let port = 0;

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** What a server of these tests answers to. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString("latin1");
  const url = new URL(request.url ?? "/", "http://server.test");
  const plain = (status: number, text: string, headers: Record<string, string | string[]> = {}) =>
    response.writeHead(status, { Date: "now", "Content-Type": "text/plain", ...headers }).end(text);
  const [, route = "", value = ""] = url.pathname.split("/");
  switch (route) {
    case "echo": {
      const { host: _host, connection: _connection, ...headers } = request.headers;
      // A boundary is another one each time.
      const boundary = /boundary=(.*)/.exec(headers["content-type"] ?? "")?.[1];
      const text = JSON.stringify({ method: request.method, url: request.url, headers, body });
      return void plain(200, boundary === undefined ? text : text.replaceAll(boundary, "B"));
    }
    case "status":
      return void plain(Number(value), `status ${value}\n`);
    case "redirect": {
      const left = Number(value);
      const location = left > 0 ? `/redirect/${left - 1}` : "/echo";
      return void plain(Number(url.searchParams.get("code") ?? 302), "moved\n", {
        Location: location,
      });
    }
    case "chunks":
      response.writeHead(200, { Date: "now" });
      for (const text of ["one\n", "two\n", "x".repeat(100_000)]) response.write(text);
      return void response.end();
    case "gzip":
      return void response
        .writeHead(200, { Date: "now", "Content-Encoding": "gzip" })
        .end(gzipSync("packed\n".repeat(1000)));
    case "cookie":
      return void plain(200, `${request.headers.cookie ?? "none"}\n`, {
        "Set-Cookie": ["a=1; Path=/", "b=2; Path=/cookie"],
      });
    case "auth":
      return void plain(request.headers.authorization ? 200 : 401, "auth\n", {
        "WWW-Authenticate": 'Basic realm="x"',
      });
    case "range": {
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
      const text = "0123456789";
      if (start === 0) return void plain(200, text);
      return void plain(206, text.slice(start), { "Content-Range": `bytes ${start}-9/10` });
    }
    case "named":
      return void plain(200, "named\n", {
        "Content-Disposition": 'attachment; filename="../chosen.txt"',
      });
    case "short":
      response.writeHead(200, { Date: "now", "Content-Length": "100" });
      response.write("short");
      return void setImmediate(() => response.destroy());
    case "silent":
      return;
    case "robots.txt":
      return void plain(200, "User-agent: *\nDisallow: /site/secret\n");
    case "site": {
      const page = SITE[url.pathname];
      if (page === undefined) return void plain(404, "nothing\n");
      const kind = page.startsWith("<") ? "text/html" : "text/plain";
      return void plain(200, page, { "Content-Type": kind });
    }
    default:
      return void plain(200, `path ${request.url}\n`);
  }
}

/** Pages with links, for `wget -r`. */
const SITE: Record<string, string> = {
  "/site/": `<html><head><link rel="stylesheet" href="style.css"><base></head><body background='bg.png'>
<!-- <a href="commented.html">no</a> --><a href="sub/one.html#top">one</a> <A HREF='/site/two.html'>two</A>
<a href=plain.txt>text</a> <a href="http://other.invalid/x">other</a> <a href="mailto:a@b">mail</a>
<img src="img.png"><script src="s.js">"<a href='in-script.html'>"</script><a href="/up.html">up</a>
<a href="secret/s.html">secret</a><a href="missing.html">missing</a><a href="q?a=1&amp;b=2">query</a></body></html>`,
  "/site/sub/one.html":
    '<a href="../two.html">two</a><a href="deep.html">deep</a><a href="one.html">self</a>',
  "/site/sub/deep.html": '<a href="deeper.html">deeper</a>',
  "/site/sub/deeper.html": "<p>end</p>",
  "/site/two.html": '<img src="two.png"><a href="./">home</a>',
  "/site/two.png": "png two\n",
  "/site/plain.txt": "text\n",
  "/site/img.png": "png\n",
  "/site/bg.png": "bg\n",
  "/site/style.css": "body {}\n",
  "/site/s.js": "1\n",
  "/site/secret/s.html": "<p>secret</p>",
  "/site/q": "query\n",
};

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "secure-exec-http-"));
  port = await listening(createServer((request, response) => void answer(request, response)));
});

afterAll(async () => {
  for (const server of servers.splice(0)) {
    if ("closeAllConnections" in server)
      (server as ReturnType<typeof createServer>).closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true });
});

interface Result {
  readonly stdout: string;
  readonly exitCode: number;
}

/** Runs a script on the host; the server is in this process, so that it must not block. */
function onHost(script: string, env: Record<string, string>): Promise<Result> {
  const cwd = mkdtempSync(join(folder, "host-"));
  const options = { cwd, env: { PATH: "/usr/bin:/bin", HOME: cwd, LC_ALL: "C.UTF-8", ...env } };
  return new Promise((resolve) => {
    execFile("bash", ["-c", script], options, (error, stdout) => {
      resolve({ stdout, exitCode: typeof error?.code === "number" ? error.code : 0 });
    });
  });
}

async function inVm(
  script: string,
  env: Record<string, string>,
): Promise<Result & { stderr: string }> {
  const kernel: Kernel = createKernel({
    filesystem: createInMemoryFileSystem(),
    network: createHostNetwork(),
    permissions: {
      fs: true,
      childProcess: true,
      env: true,
      network: ({ host }) => ({ allow: host === "host.internal", names: ["host.internal"] }),
    },
  });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mkdir("/tmp/work");
    const { stdout, stderr, exitCode } = await kernel.exec(script, {
      cwd: "/tmp/work",
      env,
      timeout: 20_000,
    });
    return { stdout, stderr, exitCode };
  } finally {
    await kernel.dispose();
  }
}

async function sameAsHost(script: string): Promise<void> {
  const host = await onHost(script, { URL: `http://127.0.0.1:${port}`, AT: `127.0.0.1:${port}` });
  const vm = await inVm(script, {
    URL: `http://host.internal:${port}`,
    AT: `host.internal:${port}`,
  });
  const shown = (text: string) =>
    text.replaceAll("127.0.0.1", "HOST").replaceAll("host.internal", "HOST");
  expect({ stdout: shown(vm.stdout), exitCode: vm.exitCode }, vm.stderr).toEqual({
    stdout: shown(host.stdout),
    exitCode: host.exitCode,
  });
}

const curlScripts: Record<string, string> = {
  "a plain request": "curl -s $URL/echo",
  "several addresses":
    "curl -s $URL/a $URL/b?c=d; curl -s -o one $URL/1 -o two $URL/2; cat one two",
  "-o, -O, --output-dir, --create-dirs":
    "curl -s -o out $URL/x; cat out; curl -sO $URL/file.txt; cat file.txt; curl -sO --output-dir d/e --create-dirs $URL/g; cat d/e/g; curl -sO $URL/; echo $?",
  "-i, -I and -D": "curl -si $URL/x; curl -sI $URL/x; curl -s -D heads $URL/x; cat heads",
  "-d and its kin":
    "printf 'l1\\nl2\\n' >f; curl -s -d a=1 -d b=2 $URL/echo; curl -s -d @f $URL/echo; curl -s --data-binary @f $URL/echo; curl -s --data-raw @f $URL/echo; curl -s --data-urlencode 'q=a b&c' --data-urlencode n@f $URL/echo; curl -s -G -d a=1 --data-urlencode 'b=x y' $URL/echo; printf in | curl -s -d @- $URL/echo",
  "--json and -X": `curl -s --json '{"a":1}' $URL/echo; curl -s -X DELETE $URL/echo; curl -s -X PUT -d x $URL/echo`,
  "-F": "printf data >f.txt; printf bin >g; curl -s -F a=1 -F f=@f.txt -F 'g=@g;type=x/y;filename=h' -F 't=<f.txt' $URL/echo; curl -s -F f=@nofile $URL/echo; echo $?",
  "-H, -A, -e, -u":
    "curl -s -H 'X-A: 1' -H 'Accept:' -H 'X-Empty;' -A me -e http://from/ $URL/echo; curl -s -u user:pass $URL/echo; curl -s http://u:p@$AT/echo; printf 'X-F: 2\\n' >h; curl -s -H @h $URL/echo",
  "-T": "printf up >f; curl -s -T f $URL/echo; curl -s -T f $URL/echo/; printf piped | curl -s -T - $URL/echo; curl -s -T nofile $URL/echo; echo $?",
  "-L and --max-redirs":
    'curl -s $URL/redirect/0; curl -sL $URL/redirect/3; curl -sL --max-redirs 2 $URL/redirect/3; echo $?; curl -sL -d a=1 $URL/redirect/0; curl -sL -d a=1 "$URL/redirect/0?code=307"; curl -sL -d a=1 --post302 $URL/redirect/0; curl -sL -X PATCH -d a=1 "$URL/redirect/0?code=303"',
  "-f and --fail-with-body":
    "curl -s $URL/status/404; echo $?; curl -sf $URL/status/404; echo $?; curl -s --fail-with-body $URL/status/500; echo $?; curl -sS -f $URL/status/403 2>&1",
  "-w": "curl -s -o /dev/null -w '%{http_code} %{size_download} %{content_type} %{num_redirects} %{url_effective} %{method} %{scheme} %{exitcode}\\n' -L $URL/redirect/1; curl -s -w '%{response_code} %{redirect_url}%%\\t|\\n' $URL/redirect/0; curl -s -o f -w '%{filename_effective}\\n' $URL/x; curl -s -w '%{http_code} %{exitcode}\\n' http://127.0.0.1:1/",
  "chunks and --compressed":
    "curl -s $URL/chunks | md5sum; curl -s --compressed $URL/gzip | md5sum; curl -s $URL/gzip | gzip -dc | md5sum",
  cookies:
    "curl -s -b 'x=y' $URL/cookie; curl -s -c jar $URL/cookie; curl -s -b jar $URL/cookie; cut -f 2-7 jar | grep -v '^#'; curl -s -c - -o /dev/null $URL/cookie | cut -f 3-7",
  "-r and -C":
    "curl -s -r 5- $URL/range; echo; printf 01234 >f; curl -s -C - -o f $URL/range; cat f; echo",
  "-J does not leave the folder": "curl -sOJ $URL/named; cat chosen.txt; ls ..  | grep -c chosen",
  "exit codes":
    "curl -s http://127.0.0.1:1/; echo $?; curl -s http://no.such.name.invalid/; echo $?; curl -s foo://x/; echo $?; curl -s -m 0.3 $URL/silent; echo $?; curl -s $URL/short; echo $?; curl -s -o /nodir/x $URL/x; echo $?; curl -s $URL/chunks >/dev/full; echo $?; curl; echo $?; curl --nonsense $URL; echo $?; curl -s 'http://a b/'; echo $?; curl -sS http://no.such.name.invalid/ 2>&1",
  "file addresses": 'printf local >f; curl -s "file://$PWD/f"; curl -s file:///nofile; echo $?',
  "--retry":
    "curl -s --retry 1 --retry-delay 1 -o f -w '%{http_code}\\n' $URL/status/503; curl -s --retry 2 -w '%{http_code}\\n' -o f $URL/status/404",
  "-v": "curl -sv $URL/x 2>&1 >/dev/null | tr -d '\\r' | while IFS= read -r l; do case $l in '> Host'*) ;; '>'* | '<'*) echo \"$l\" ;; esac; done",
};

describe.skipIf(!hasTool("curl"))("curl as the host's", () => {
  for (const [name, script] of Object.entries(curlScripts)) {
    test(name, () => sameAsHost(script));
  }
});

const wgetScripts: Record<string, string> = {
  "files by their names":
    "wget -q $URL/a.txt $URL/; ls; cat a.txt index.html; wget -q $URL/a.txt; ls; wget -q \"$URL/x?y=z\"; cat 'x?y=z'",
  "-O and -P": "wget -qO - $URL/x; wget -q -O f $URL/1 $URL/2; cat f; wget -q -P d $URL/g; cat d/g",
  "-nc, -c":
    "wget -q $URL/range; wget -q -nc $URL/range; ls; printf 01234 >range; wget -qc $URL/range; cat range",
  requests:
    "wget -qO - --header='X-A: 1' -U me --referer=http://r/ $URL/echo | tr ',' '\\n' | grep -v connection | grep -c .; wget -qO - --post-data='a=1' $URL/echo | grep -o 'body.*'; wget -qO - --method=PUT --body-data=x $URL/echo | grep -o '^.\"method\":\"PUT\"'",
  redirects:
    "wget -qO - --header='Accept-Encoding:' $URL/redirect/2 | grep -o '\"url\":\"/echo\"'; wget -q --max-redirect=1 $URL/redirect/3; echo $?",
  "exit codes":
    "wget -q $URL/status/404; echo $?; ls; wget -q http://127.0.0.1:1/; echo $?; wget -q -t 1 http://no.such.name.invalid/; echo $?; wget -q --spider $URL/x; echo $?; wget -q --spider $URL/status/404; echo $?; wget -q $URL/auth; echo $?; wget; echo $?; wget --nonsense; echo $?; wget -q -O /nodir/x $URL/x; echo $?; wget -q -t 1 -T 0.3 $URL/silent; echo $?",
  "-i and -S":
    "printf '%s\\n' $URL/1 $URL/2 >list; wget -q -i list; cat 1 2; wget -S -O /dev/null $URL/x 2>&1 | grep -o '  HTTP/1.1 200 OK'",
  "-r and -l":
    "wget -qr -l 1 $URL/site/; echo $?; find . -type f | LC_ALL=C sort; rm -r 127*; wget -qr -nH -np $URL/site/sub/one.html; find . -type f | LC_ALL=C sort; rm -r site; wget -q -r -l 2 -nd -A png,txt $URL/site/; ls",
  "-k, -p and robots.txt":
    "wget -qr -l 2 -k -nH -np -e robots=off $URL/site/; cat site/index.html site/sub/one.html site/two.html | sed 's/:[0-9]*//g'; find . -type f | LC_ALL=C sort; rm -r site; wget -qp -nH --cut-dirs=1 $URL/site/two.html; find . -type f",
  "-x, -m and an address that is not there":
    "wget -qx $URL/site/plain.txt; find . -name plain.txt; rm -r 127*; wget -qm -nH $URL/site/sub/deep.html; find . -type f | LC_ALL=C sort; wget -qr $URL/site/nothing.html; echo $?",
  "the log":
    "wget -O f $URL/x 2>&1 | grep -E '^(HTTP|Length|Saving)'; wget -nv -O f $URL/x 2>&1 | grep -o 'URL:.*'",
};

describe.skipIf(!hasTool("wget"))("wget as the host's", () => {
  for (const [name, script] of Object.entries(wgetScripts)) {
    test(name, () => sameAsHost(script));
  }
});

describe.skipIf(spawnSync("openssl", ["version"]).status !== 0)(
  "TLS, which the kernel does",
  () => {
    let cert = "";
    let tlsPort = 0;

    beforeAll(async () => {
      const { status, stderr } = spawnSync(
        "openssl",
        [
          ...[
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
          ],
          ...["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=host.internal"],
          ...["-addext", "subjectAltName=DNS:host.internal"],
        ],
        { cwd: folder, encoding: "utf8" },
      );
      if (status !== 0) throw new Error(stderr);
      cert = readFileSync(join(folder, "cert.pem"), "utf8");
      const key = readFileSync(join(folder, "key.pem"), "utf8");
      const server = createTlsServer(
        { key, cert },
        (request, response) => void answer(request, response),
      );
      tlsPort = await listening(server);
    });

    test("a certificate that nobody vouches for is refused, unless it is named or -k says so", async () => {
      const env = { URL: `https://host.internal:${tlsPort}`, CERT: cert };
      const script = (line: string) => inVm(`printf '%s' "$CERT" >ca.pem; ${line}`, env);
      expect(await script("curl -s $URL/x")).toMatchObject({ stdout: "", exitCode: 60 });
      expect((await script("curl $URL/x")).stderr).toMatch(
        /^curl: \(60\) SSL certificate problem: self.signed/,
      );
      expect(await script("curl -sk $URL/x")).toMatchObject({ stdout: "path /x\n", exitCode: 0 });
      expect(await script("curl -s --cacert ca.pem $URL/x $URL/y")).toMatchObject({
        stdout: "path /x\npath /y\n",
        exitCode: 0,
      });
      expect(await script("wget -q $URL/x")).toMatchObject({ exitCode: 5 });
      expect(await script("wget -qO - --ca-certificate=ca.pem $URL/x")).toMatchObject({
        stdout: "path /x\n",
      });
      expect(await script("wget -qO - --no-check-certificate $URL/x")).toMatchObject({
        stdout: "path /x\n",
      });
    });

    test("TLS to a server that speaks none is 35", async () => {
      const env = { URL: `https://host.internal:${port}` };
      expect(await inVm("curl -sk $URL/x", env)).toMatchObject({ stdout: "", exitCode: 35 });
    });
  },
);

test("servers that answer nothing, rubbish, or reset: 52, 1, 56", async () => {
  const answers: Record<string, (socket: import("node:net").Socket) => void> = {
    empty: (socket) => socket.end(),
    rubbish: (socket) => socket.end("not http at all\n"),
    reset: (socket) => socket.resetAndDestroy(),
  };
  const codes: Record<string, number> = {};
  for (const [name, act] of Object.entries(answers)) {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => act(socket));
    });
    const URL = `http://host.internal:${await listening(server)}`;
    codes[name] = (await inVm("curl -s $URL/", { URL })).exitCode;
  }
  expect(codes).toEqual({ empty: 52, rubbish: 1, reset: 56 });
});

test("without a network, and with one that is denied, nothing is reached", async () => {
  const kernel = await bootKernel();
  expect(await kernel.exec("curl -s http://example.com/")).toMatchObject({
    stdout: "",
    exitCode: 6,
  });
  expect(await kernel.exec("curl -s http://93.184.216.34/")).toMatchObject({ exitCode: 7 });
  expect(await kernel.exec("wget -q http://93.184.216.34/")).toMatchObject({ exitCode: 4 });
});

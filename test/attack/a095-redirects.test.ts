// A095-A097: redirects, names that look like others, and names that are not those of who answers.

import { createInMemoryNetwork } from "secure-exec/kernel";
import { expect, test } from "vitest";
import { attackNetwork, serveHttp } from "./network-guest.js";
import { isolations } from "./node-guest.js";

const GOOD = "93.184.216.34";
const EVIL = "198.41.0.4";

/** good.test redirects to what its query says, and tells who asked; everything else is another's. */
function internet() {
  const network = createInMemoryNetwork();
  const names = { "good.test": GOOD, "www.good.test": GOOD, "evil.test": EVIL };
  for (const [name, address] of Object.entries(names)) network.name(name, [{ address }]);
  for (const port of [80, 81]) {
    serveHttp(network, GOOD, port, (request, response) => {
      const to = /^\/to\?(.*)$/.exec(request.url ?? "")?.[1];
      if (to) response.writeHead(302, { location: decodeURIComponent(to) }).end();
      else response.end(`${request.headers.host} ${request.headers.authorization ?? "nobody"}`);
    });
  }
  for (const address of [EVIL, "10.0.0.1", "169.254.169.254"]) {
    serveHttp(network, address, 80, (_request, response) => response.end("reached"));
  }
  return network;
}

test.each(isolations)("A095: each hop of a redirect is judged; %s isolation", async (isolation) => {
  const adapter = internet();
  const network = { adapter, rules: ["good.test:80", "www.good.test:80"] };
  await attackNetwork({ isolation, network }, async ({ rt, run, denied }) => {
    const targets = [
      ...[
        "http://evil.test/",
        "http://10.0.0.1/",
        "http://169.254.169.254/",
        "http://good.test:81/",
      ],
      ...["http://198.41.0.4/", "http://[::ffff:10.0.0.1]/", "http://2852039166/", "//evil.test/"],
      ...["http://good.test@evil.test/", "http:\\\\\\\\evil.test/", "file:///etc/passwd"],
    ];
    const seen = await run(`
      const ask = (url, init) => fetch("http://good.test/to?" + encodeURIComponent(url), init);
      for (const url of ${JSON.stringify(targets)}) console.log(await codeOf(ask(url)));
      const headers = { authorization: "mine" };
      console.log(await (await ask("http://good.test/", { headers })).text());
      console.log(await (await ask("http://www.good.test/", { headers })).text());
    `);
    expect(seen.length).toBe(targets.length + 2);
    for (const line of seen.slice(0, -2)) expect(line).not.toBe("ok");
    expect(seen.slice(-2)).toEqual(["good.test mine", "www.good.test nobody"]);
    const curl = await rt.shell(
      "curl -sL -w '%{http_code}' 'http://good.test/to?http://evil.test/'",
    );
    expect(curl.stdout).not.toContain("reached");
    expect(curl.exitCode).not.toBe(0);
    const refused = denied.map(({ request }) =>
      request.scope === "network" ? `${request.op} ${request.host}:${request.port}` : request.scope,
    );
    for (const hop of ["connect 10.0.0.1:80", "connect good.test:81", "resolve evil.test:0"]) {
      expect(refused).toContain(hop);
    }
  });
  expect(new Set(adapter.contacts)).toEqual(new Set([`tcp ${GOOD} 80`]));
  expect(new Set(adapter.questions)).toEqual(new Set(["good.test", "www.good.test"]));
});

test.each(isolations)("A096, A097: names that look right; %s isolation", async (isolation) => {
  const adapter = internet();
  for (const name of ["good.test.evil.test", "xgood.test", "gооd.test", "good-test"]) {
    adapter.name(new URL(`http://${name}`).hostname, [{ address: EVIL }]);
  }
  const network = { adapter, rules: ["good.test:80", "*.good.test:80"] };
  await attackNetwork({ isolation, network }, async ({ run }) => {
    const urls = [
      ...[
        "http://good.test@evil.test/",
        "http://good.test:80@evil.test/",
        "http://evil.test\\\\@good.test:81/",
      ],
      ...[
        "http://good.test.evil.test/",
        "http://xgood.test/",
        "http://gооd.test/",
        "http://evil.test/good.test",
      ],
      ...[
        "http://evil.test?good.test",
        "http://evil.test#good.test",
        "http://evil.test\\\\good.test",
      ],
      ...["http://\\tevil.test/", "http://e\\nvil.test/", "http://good.test%2eevil.test/"],
    ];
    const literal = urls.map((url) => `"${url}"`).join(", ");
    const seen = await run(
      `
      import http from "node:http";
      for (const url of [${literal}]) console.log(await codeOf(fetch(url)));
      // Who answers is who was judged, whatever a request says of its host, and whatever a proxy is said to be.
      const host = { host: "evil.test" };
      console.log(await new Promise((resolve) => http.get("http://good.test/", { headers: host }, async (r) => resolve(String(await r.toArray())))));
      const connect = http.request({ host: "good.test", port: 80, method: "CONNECT", path: "evil.test:80" }).end();
      console.log(await codeOf(happens(connect, "connect")));
      console.log(await (await fetch("http://good.test/")).text());
    `,
      { HTTP_PROXY: "http://evil.test", http_proxy: "http://evil.test", NODE_USE_ENV_PROXY: "1" },
    );
    for (const line of seen.slice(0, -3)) expect(line).not.toBe("ok");
    expect(seen.at(-3)).toBe("evil.test nobody");
    expect(seen.at(-2)).not.toBe("ok");
    expect(seen.at(-1)).toBe("good.test nobody");
  });
  expect(new Set(adapter.contacts)).toEqual(new Set([`tcp ${GOOD} 80`]));
});

test.each(isolations)(
  "A097: the name in a TLS handshake is judged, too; %s isolation",
  async (isolation) => {
    const adapter = internet();
    const helloes: number[] = [];
    for (const port of [443, 444]) {
      adapter.serve(GOOD, port, async (stream) => {
        const first = await stream.read().catch(() => null);
        if (first) helloes.push(port);
        stream.destroy();
      });
    }
    const network = { adapter, rules: ["good.test", "www.good.test:443"] };
    await attackNetwork({ isolation, network }, async ({ rt, run, denied }) => {
      const seen = await run(`
      import tls from "node:tls";
      const shake = (port, servername) => codeOf(happens(tls.connect({ host: "good.test", port, servername }), "secureConnect"));
      console.log(await shake(444, "evil.test"));
      console.log(await shake(444, "www.good.test"));
      console.log(await shake(443, "www.good.test"));
    `);
      expect(seen[0]).toBe("EACCES");
      expect(seen).not.toContain("ok");
      const curl = await rt.shell(
        "curl -s --connect-to evil.test:443:good.test:444 https://evil.test/",
      );
      expect(curl.exitCode).not.toBe(0);
      const names = denied.map(({ request }) => request.scope === "network" && request.host);
      expect(names).toContain("evil.test");
    });
    expect(helloes).toEqual([443]);
  },
);

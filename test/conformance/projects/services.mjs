// Real servers on the host's loopback for the rows that need one: PostgreSQL and Redis, as Debian packages them. In the
// sandbox they are `host.internal`, which the policy allows by port.

import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const none = { hostEnv: {}, guestEnv: {}, network: null, missing: null, stop: async () => {} };
const starters = { postgres: startPostgres, redis: startRedis };

/** @param {string | undefined} name - What a row says it needs. */
export async function startService(name) {
  if (name === undefined) return none;
  return starters[name]();
}

/** What a row gets of a server on `port`: `variables` are named alike on both sides, but for the host. */
function serving(port, hostVariable, variables, stop) {
  const names = ["host.internal"];
  const network = {
    network: ({ host, port: to }) => ({
      allow: host === "10.0.2.2" || to === port || host === names[0],
      names,
    }),
  };
  return {
    ...none,
    hostEnv: { [hostVariable]: "127.0.0.1", ...variables },
    guestEnv: { [hostVariable]: "host.internal", ...variables },
    network: { fs: true, childProcess: true, env: true, ...network },
    stop,
  };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function postgresPrograms() {
  const versions = await readdir("/usr/lib/postgresql").catch(() => []);
  const folders = versions.map((version) => `/usr/lib/postgresql/${version}/bin`);
  return folders.find((folder) => existsSync(`${folder}/initdb`));
}

async function startPostgres() {
  const programs = await postgresPrograms();
  if (!programs) return { ...none, missing: "no PostgreSQL here (Debian's postgresql)" };
  const folder = await mkdtemp(path.join(tmpdir(), "project-postgres-"));
  const port = await freePort();
  const data = path.join(folder, "data");
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await run("chown", ["postgres", folder]);
  const as = (program, args) =>
    isRoot ? run("runuser", ["-u", "postgres", "--", program, ...args]) : run(program, args);
  await as(`${programs}/initdb`, ["-D", data, "-U", "matrix", "-A", "trust", "--no-sync"]);
  const options = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`;
  const control = ["-D", data, "-w", "-l", path.join(folder, "log")];
  await as(`${programs}/pg_ctl`, [...control, "-o", options, "start"]);
  return serving(port, "PGHOST", { PGPORT: String(port), PGUSER: "matrix" }, async () => {
    await as(`${programs}/pg_ctl`, [...control, "-m", "immediate", "stop"]);
    await rm(folder, { recursive: true, force: true });
  });
}

async function startRedis() {
  const program = "/usr/bin/redis-server";
  if (!existsSync(program)) return { ...none, missing: "no Redis here (Debian's redis-server)" };
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), "project-redis-"));
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const server = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => server.on("close", resolve));
  await new Promise((resolve) => {
    server.stdout.on("data", (data) => {
      if (String(data).includes("Ready to accept connections")) resolve();
    });
    void ended.then(resolve);
  });
  return serving(port, "REDIS_HOST", { REDIS_PORT: String(port) }, async () => {
    server.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
}

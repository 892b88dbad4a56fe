// The host's side of the userland's rows, in a process of its own: it is forked from for each script, and a fork of the
// bench itself, which holds the inputs, would cost the host 15 ms that no user of it pays.

import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";

/** Starts the process; `run` answers `{ status, stdout, stderr, ms }`, `dispose` ends it. */
export function startHostShell() {
  const child = fork(import.meta.filename, { execArgv: [] });
  return {
    async run(shell, script, options) {
      child.send({ shell, script, options });
      const [result] = await once(child, "message");
      return result;
    },
    dispose: () => child.disconnect(),
  };
}

if (process.argv[1] === import.meta.filename) {
  process.on("message", ({ shell, script, options }) => {
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(shell, ["-c", script], {
      ...options,
      encoding: "utf8",
    });
    process.send({ status, stdout, stderr, ms: performance.now() - start });
  });
}

// `npm run conformance -- SUITE [filter]`: runs other projects' own tests in the sandbox and on the host.

const suites = {
  awk: () => import("./awk/run.mjs"),
  node: () => import("./node/run.mjs"),
  python: () => import("./python/run.mjs"),
  oils: () => import("./shell/oils.mjs"),
  mksh: () => import("./shell/mksh.mjs"),
  toybox: () => import("./toybox/run.mjs"),
  wasi: () => import("./wasi/run.mjs"),
  jq: () => import("./jq/run.mjs"),
  projects: () => import("./projects/run.mjs"),
};

const [suite = "", filter] = process.argv.slice(2);
const load = Object.hasOwn(suites, suite) ? suites[suite] : undefined;
if (load) {
  const { run } = await load();
  await run(filter);
} else {
  console.error(`usage: npm run conformance -- ${Object.keys(suites).join("|")} [filter]`);
  process.exitCode = 2;
}

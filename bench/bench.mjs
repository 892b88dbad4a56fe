// `npm run bench`: the kernel beside the host's own tools, in paired runs.
// `--json` also writes bench/results/<time>.json; `--rounds=N` overrides every row's number of pairs; `--only=TEXT` runs
// the rows with that text in their titles. `npm run bench -- userland` is one group: pipelines, syscalls,
// node, fetch, userland, kernel, facade, memory.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureFacade } from "./facade.mjs";
import { fetchRows } from "./fetch.mjs";
import { measureKernel } from "./kernel.mjs";
import { measureMemory } from "./memory.mjs";
import { nodeRows } from "./node.mjs";
import { measurePairs } from "./pairs.mjs";
import { pipelineRows } from "./pipelines.mjs";
import { pythonRows } from "./python.mjs";
import { syscallRows } from "./syscall.mjs";
import { userlandRows } from "./userland.mjs";
import { limitMs, measureWorstSyscalls } from "./worst-syscall.mjs";

const { values: options, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, rounds: { type: "string" }, only: { type: "string" } },
});
const groups = {
  pipelines: pipelineRows,
  syscalls: syscallRows,
  node: nodeRows,
  python: pythonRows,
  fetch: fetchRows,
  userland: (folder) => userlandRows(folder, options.only),
};
const isWanted = (group) => wanted.length === 0 || wanted.includes(group);

const formatRate = (perSecond) => `${Math.round(perSecond)}/s`;

/** A time in the unit that reads best. */
function formatMs(ms) {
  if (ms >= 1) return `${ms.toPrecision(3)} ms`;
  return ms >= 0.001 ? `${(ms * 1e3).toPrecision(3)} µs` : `${(ms * 1e6).toPrecision(3)} ns`;
}

const formatBytes = (bytes) => `${(bytes / 1e6).toPrecision(3)} MB`;

const columns = ["", "ours", "host", "ratio", "n"];
const widths = [38, 12, 12, 9, 4];
const line = (cells) =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("");

function show({ title, ratio, n, aim }, ours, host) {
  const miss = aim !== undefined && ratio > aim ? `  aim ${aim}×` : "";
  console.log(line([title, ours, host, `${ratio.toFixed(2)}×`, `${n}`]) + miss);
}

const folder = mkdtempSync(join(tmpdir(), "secure-exec-bench-"));
const results = [];
try {
  console.log(`Medians of paired runs; ratio is the median of the pairs' ratios (ours / host).`);
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model}\n`);
  console.log(line(columns));
  for (const [group, prepare] of Object.entries(groups)) {
    if (!isWanted(group)) continue;
    const { rows, dispose } = await prepare(folder);
    try {
      for (const row of rows) {
        if (options.only !== undefined && !row.title.includes(options.only)) continue;
        if (row.skipped !== undefined) {
          console.log(line([row.title, row.skipped, "", "", ""]));
          continue;
        }
        const result = await measurePairs(row, Number(options.rounds ?? row.rounds));
        results.push(result);
        show(result, formatMs(result.oursMs), formatMs(result.hostMs));
      }
    } finally {
      await dispose();
    }
  }
  if (isWanted("kernel")) {
    for await (const result of measureKernel(folder)) {
      results.push(result);
      const { title, ours, host, ratio } = result;
      console.log(line([title, ours, host, ratio === undefined ? "" : `${ratio.toFixed(2)}×`, ""]));
    }
    for (const { title, ms } of (await measureWorstSyscalls(folder)).slice(0, 5)) {
      results.push({ title, ms });
      console.log(line([title.slice(0, 37), formatMs(ms), `≤ ${limitMs} ms`, "", ""]));
      if (ms > limitMs) process.exitCode = 1;
    }
  }
  if (isWanted("facade")) {
    console.log("\nThe facade; beside it child_process.fork, isolated-vm alone, just-bash.");
    for await (const result of measureFacade(folder)) {
      results.push(result);
      const { title, ms, perSecond, bytes, aim, others = {} } = result;
      const format = ms !== undefined ? formatMs : bytes !== undefined ? formatBytes : formatRate;
      const ours = format(ms ?? bytes ?? perSecond);
      const isMissed = perSecond === undefined ? (ms ?? bytes) > aim : perSecond < aim;
      const beside = Object.entries(others).map(([name, taken]) => `${name} ${formatMs(taken)}`);
      console.log(
        `${line([title, ours])}  ${isMissed ? `aim ${format(aim)}  ` : ""}${beside.join(", ")}`,
      );
    }
  }
  const idle = ["node", "python3"].filter((name) => {
    return isWanted("memory") || (name === "python3" && isWanted("python"));
  });
  for (const result of await measureMemory(idle)) {
    results.push(result);
    show(result, formatBytes(result.oursBytes), formatBytes(result.hostBytes));
  }
} finally {
  rmSync(folder, { recursive: true });
}

if (options.json) {
  const target = new URL(
    `results/${new Date().toISOString().replaceAll(":", "-")}.json`,
    import.meta.url,
  );
  mkdirSync(new URL("results/", import.meta.url), { recursive: true });
  const machine = { node: process.version, cpu: cpus()[0].model, cpus: cpus().length };
  writeFileSync(target, `${JSON.stringify({ machine, results }, null, 2)}\n`);
  console.log(`\nWrote ${target.pathname}`);
}

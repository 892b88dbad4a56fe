// An application that runs the plugins of strangers: each gets data and hands a value back; one that loops, fills the
// memory or looks around gets nowhere, and the others are not disturbed.

import { NodeRuntime } from "secure-exec";

const order = {
  items: [
    { name: "tea", price: 4 },
    { name: "cake", price: 6 },
  ],
  country: "FR",
};

/** Plugins as their authors hand them in. */
const plugins = {
  discount: "export default (order) => ({ ...order, discount: order.items.length > 1 ? 1 : 0 });",
  tax: `
    const rates = { FR: 0.2, DE: 0.19 };
    export default async ({ items, country }) => {
      const net = items.reduce((sum, { price }) => sum + price, 0);
      return { net, tax: net * rates[country] };
    };`,
  endless: "export default () => { while (true) {} };",
  greedy:
    "export default () => { const all = []; while (true) all.push(new Array(1e6).fill(0)); };",
  curious: `
    import { readdirSync } from "node:fs";
    export default () => ({ seen: readdirSync("/home"), secret: process.env.SECRET ?? null });`,
};

process.env.SECRET = "of the host";
const runtime = await NodeRuntime.create({
  limits: { heapBytes: 64 * 2 ** 20, cpuMs: 1000, processes: 16 },
});

for (const [name, source] of Object.entries(plugins)) {
  await runtime.writeFile(`/plugins/${name}.mjs`, source);
  const call = `
    import plugin from "/plugins/${name}.mjs";
    export default await plugin(${JSON.stringify(order)});`;
  try {
    const { value, exitCode } = await runtime.run(call, { timeoutMs: 30_000 });
    console.log(`${name}:`, exitCode === 0 ? JSON.stringify(value) : `ended with ${exitCode}`);
  } catch (error) {
    console.log(`${name}:`, error.code);
  }
}

await runtime.dispose();

// An agent with a sandbox for its tools, on the Vercel AI SDK. With AI_MODEL=provider/model and a key for the AI
// gateway it is a real model; without, a scripted one, so that this runs anywhere.

import { generateText, isStepCount } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { NodeRuntime } from "secure-exec";
import { createSandboxTools } from "secure-exec/ai";

const usage = { inputTokens: { total: 0 }, outputTokens: { total: 0 } };
const toolCall = (toolCallId, toolName, input) => ({
  content: [{ type: "tool-call", toolCallId, toolName, input: JSON.stringify(input) }],
  finishReason: { unified: "tool-calls" },
  usage,
  warnings: [],
});
const scripted = new MockLanguageModelV4({
  doGenerate: [
    toolCall("1", "bash", {
      command: "cut -d, -f2 sales.csv | sort | uniq -c | sort -rn | head -n 1",
    }),
    {
      content: [{ type: "text", text: "Most sales were made in the north." }],
      finishReason: { unified: "stop" },
      usage,
      warnings: [],
    },
  ],
});

const runtime = await NodeRuntime.create({
  files: { "sales.csv": "apples,north,3\npears,south,1\nplums,north,2\n" },
  limits: { processes: 32, fileSystemBytes: 64 * 2 ** 20 },
});

const { text, steps } = await generateText({
  model: process.env.AI_MODEL ?? scripted,
  prompt: "sales.csv has a product, a region and a count in each line. Which region sells most?",
  tools: createSandboxTools(runtime, { timeoutMs: 10_000 }),
  stopWhen: isStepCount(10),
});

for (const { toolName, input, output } of steps.flatMap((step) => step.toolResults)) {
  console.log(`${toolName}: ${input.command}\n  ${output.stdout.trim()}`);
}
console.log(text);

await runtime.dispose();

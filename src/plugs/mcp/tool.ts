/** A tool as a row: what a client is told of it, and what it does. */
import type { JsonSchemaType, ToolAnnotations } from "@modelcontextprotocol/server";
import type { McpSandbox } from "./mcp-sandbox.js";

/** What a tool answers with: fields for programs, of which `text` is for the model. */
export interface ToolAnswer {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface SandboxTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: ToolAnnotations;
  readonly inputSchema: JsonSchemaType;
  /** Input has passed the schema. What is thrown is told to the model. */
  run(sandbox: McpSandbox, input: never, signal: AbortSignal): Promise<ToolAnswer>;
}

/** A row with its input's type, which `inputSchema` says again for clients. */
export function sandboxTool<Input>(
  row: Omit<SandboxTool, "run"> & {
    run(sandbox: McpSandbox, input: Input, signal: AbortSignal): Promise<ToolAnswer>;
  },
): SandboxTool {
  return row;
}

/** The schema of an object with these members and no others. */
export function objectSchema(
  properties: Readonly<Record<string, JsonSchemaType>>,
  required: readonly string[] = [],
): JsonSchemaType {
  return { type: "object", properties, required: [...required], additionalProperties: false };
}

/** The option `tools`: functions of the host application that guests call, with data in and data out. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkFunction, checkKeys, checkText, entriesOf, expected } from "./check-options.js";
import { OptionError } from "./errors.js";

/** What a tool is told of its call. */
export interface ToolCall {
  /** Aborted when the guest that waits for the answer is ended. */
  readonly signal: AbortSignal;
  /** The process that the call is. */
  readonly pid: number;
}

/** A JSON Schema (draft-07, or 2020-12 where `$schema` says so). */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Tool<Input = never> {
  /** What it is for; `NAME --help` prints it. */
  readonly description?: string;
  /** What the input has to be: a JSON Schema or a Standard Schema. Without one any JSON is passed on. */
  readonly input?: JsonSchema | StandardSchemaV1;
  /** Gets the checked input; what it answers goes to the guest as JSON. Of an error the guest gets the message. */
  readonly execute: (input: Input, call: ToolCall) => unknown;
}

/** Tools by name. A name is a command of the sandbox, too. */
export type ToolsOption = Readonly<Record<string, Tool>>;

/** A tool with the schema behind a function. */
export interface CheckedTool {
  readonly description: string;
  /** The JSON Schema, for help. */
  readonly schema: JsonSchema | undefined;
  /** The input as the tool wants it, or what is wrong with it. */
  check(input: unknown): Promise<{ readonly input: unknown } | { readonly problem: string }>;
  execute(input: unknown, call: ToolCall): unknown;
}

const NAME = /^[A-Za-z_][\w.-]{0,63}$/;
const DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema";

/** Throws an OptionError; a schema that is none is one, too. */
export async function toolsOf(given: ToolsOption | undefined): Promise<Map<string, CheckedTool>> {
  const tools = new Map<string, CheckedTool>();
  if (given === undefined) return tools;
  for (const [name] of entriesOf("create: tools", given)) {
    const option = `create: tools.${name}`;
    if (!NAME.test(name))
      throw new OptionError(option, "a tool's name is a command's: letters, digits, _ . -");
    const tool = given[name] as Tool;
    checkKeys(option, tool, ["description", "input", "execute"]);
    checkText(`${option}.description`, tool.description);
    if (tool.execute === undefined) throw expected(`${option}.execute`, "a function", undefined);
    checkFunction(`${option}.execute`, tool.execute);
    const { input: schema } = tool;
    if (schema !== undefined && (typeof schema !== "object" || schema === null)) {
      throw expected(`${option}.input`, "a JSON Schema or a Standard Schema", schema);
    }
    tools.set(name, {
      description: tool.description ?? "",
      schema: schema && !isStandard(schema) ? schema : undefined,
      check: await checkOf(option, schema),
      // The schema is what says that the input is of the type.
      execute: (input, call) => tool.execute(input as never, call),
    });
  }
  return tools;
}

async function checkOf(
  option: string,
  schema: JsonSchema | StandardSchemaV1 | undefined,
): Promise<CheckedTool["check"]> {
  if (schema === undefined) return async (input) => ({ input });
  if (isStandard(schema)) {
    return async (input) => {
      const result = await schema["~standard"].validate(input);
      if (!result.issues) return { input: result.value };
      return { problem: result.issues.map(issueText).join("; ") };
    };
  }
  // Loaded only where a tool needs it.
  const { Ajv } = await import("ajv");
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const Validator = schema.$schema === DRAFT_2020 ? Ajv2020 : Ajv;
  const ajv = new Validator({
    strict: false,
    validateFormats: false,
    // What every object inherits is no member of the input.
    ownProperties: true,
  });
  try {
    const validate = ajv.compile({ ...schema });
    return async (input) => {
      if (validate(input)) return { input };
      return { problem: ajv.errorsText(validate.errors, { dataVar: "input" }) };
    };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new OptionError(`${option}.input`, `no JSON Schema: ${reason}`);
  }
}

function issueText({ message, path }: StandardSchemaV1.Issue): string {
  const keys = path?.map((part) => String(typeof part === "object" ? part.key : part));
  return keys?.length ? `input.${keys.join(".")}: ${message}` : message;
}

function isStandard(schema: object): schema is StandardSchemaV1 {
  return "~standard" in schema;
}

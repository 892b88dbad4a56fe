/**
 * What a policy says of one start: whether a guest may start the program, and which environment
 * variables the new process gets to see. The host's own starts are not asked about, but the
 * environment is held back from every process.
 */
import { Errno } from "./errno.js";
import type { Answer, PermissionPolicy } from "./permission-policy.js";

export interface Start {
  /** Who starts it; null for the host application. */
  readonly starter: { readonly pid: number } | null;
  /** What will run: a command's name or a file's path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The environment that the process is started with. */
export interface Grant {
  readonly env: Readonly<Record<string, string>>;
}

/** Asks the policy; the answer may come later. EACCES when the start is refused. */
export function grantStart(
  policy: PermissionPolicy,
  start: Start,
): Grant | Errno | Promise<Grant | Errno> {
  const allowed = start.starter ? askForProgram(policy, start, start.starter.pid) : undefined;
  if (allowed instanceof Promise) {
    return allowed.then((refused) => refused ?? visibleEnvironment(policy, start));
  }
  return allowed ?? visibleEnvironment(policy, start);
}

function askForProgram(
  policy: PermissionPolicy,
  { command, args }: Start,
  pid: number,
): Answer | Promise<Answer> {
  if (policy.allowsAll("childProcess")) return undefined;
  return policy.ask({ scope: "childProcess", op: "spawn", pid, command, args: [...args] });
}

function visibleEnvironment(
  policy: PermissionPolicy,
  { env, starter }: Start,
): Grant | Promise<Grant> {
  if (policy.allowsAll("env")) return { env };
  const names = Object.keys(env);
  const pid = starter?.pid ?? 0;
  const answers = names.map((name) => policy.ask({ scope: "env", op: "read", pid, name }));
  if (!answers.some((answer) => answer instanceof Promise)) {
    return { env: granted(env, names, answers as readonly Answer[]) };
  }
  return Promise.all(answers).then((settled) => ({ env: granted(env, names, settled) }));
}

/** Names are a guest's choice: the record has no prototype. */
function granted(
  env: Readonly<Record<string, string>>,
  names: readonly string[],
  answers: readonly Answer[],
): Record<string, string> {
  const visible: Record<string, string> = Object.create(null);
  for (const [index, name] of names.entries()) {
    const value = env[name];
    if (!(answers[index] instanceof Errno) && value !== undefined) visible[name] = value;
  }
  return visible;
}

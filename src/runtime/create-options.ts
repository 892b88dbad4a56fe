/** The options of `NodeRuntime.create`, checked group by group before anything is started. */
import {
  checkEnv,
  checkFlag,
  checkFunction,
  checkKeys,
  checkOneOf,
  checkPath,
  checkText,
} from "./check-options.js";
import { endpointVariables } from "./credential-option.js";
import { type EventListener, emitterOf } from "./events.js";
import { type LimitOptions, type LimitSettings, limitsOf } from "./limit-options.js";
import { checkFiles, checkMounts, type FilesOption, type HostMount } from "./mount-options.js";
import { type NetworkOption, type NetworkSettings, networkOf } from "./network-option.js";
import { type PermissionOption, PermissionRules } from "./permission-option.js";
import type { ToolsOption } from "./tool-options.js";

export interface NodeRuntimeCreateOptions {
  /** Files that are there from the beginning: path → content. */
  files?: FilesOption;
  /** Directories of the host that guests see, read-only unless a mount says otherwise. */
  mounts?: readonly HostMount[];
  /** A `node_modules` directory of the host; guests see it read-only on /node_modules. */
  nodeModules?: string;
  /** Environment of processes that say nothing else. The host's own is never passed on. */
  env?: Readonly<Record<string, string>>;
  /** Working directory of processes that say nothing else; made when it is not there. Default `/home/user`. */
  cwd?: string;
  /** What guests may do. Default: everything inside the sandbox, no network. */
  permissions?: PermissionOption;
  /** Where guests may connect to beyond the sandbox, and with which credentials. Default: nowhere. */
  network?: NetworkOption;
  /** Overrides of the limits. */
  limits?: LimitOptions;
  /** Functions of the application that guests call, as commands and by `import { tools } from "secure-exec/tools"`. */
  tools?: ToolsOption;
  /** A directory of WASM commands instead of the packaged ones. */
  commandsDir?: string;
  /** `process` (the default): each Node guest in a process of its own; `thread`: in threads of this one. */
  isolation?: "process" | "thread";
  /** Python guests too: the commands `python` and `python3`. Default false. */
  python?: boolean;
  /** `coarse`: clocks of guests go in steps of 1 ms, and Node guests have no worker threads. Default `precise`. */
  timing?: "precise" | "coarse";
  /** Told what happens. */
  onEvent?: EventListener;
}

/** The options, checked and with their defaults. */
export interface RuntimeSettings {
  readonly given: NodeRuntimeCreateOptions;
  readonly files: FilesOption;
  readonly mounts: readonly HostMount[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly permissions: PermissionRules;
  readonly network: NetworkSettings;
  readonly limits: LimitSettings;
  readonly emit: EventListener;
}

/** The names of the options. */
export const createKeys: readonly (keyof NodeRuntimeCreateOptions)[] = [
  "files",
  "mounts",
  "nodeModules",
  "env",
  "cwd",
  "permissions",
  "network",
  "limits",
  "tools",
  "commandsDir",
  "isolation",
  "python",
  "timing",
  "onEvent",
];

/** Throws an OptionError that names the first option that is wrong. */
export function settingsOf(given: NodeRuntimeCreateOptions = {}): RuntimeSettings {
  checkKeys("create", given, createKeys);
  const { files, mounts, nodeModules, env, cwd = "/home/user", permissions, onEvent } = given;
  checkFiles(files);
  checkMounts(mounts);
  checkText("create: nodeModules", nodeModules);
  checkEnv("create: env", env);
  checkPath("create: cwd", cwd);
  checkText("create: commandsDir", given.commandsDir);
  checkOneOf("create: isolation", given.isolation, ["process", "thread"]);
  checkOneOf("create: timing", given.timing, ["precise", "coarse"]);
  checkFlag("create: python", given.python);
  checkFunction("create: onEvent", onEvent);
  const emit = emitterOf(onEvent);
  const network = networkOf(given.network, permissions);
  return {
    given,
    files: files ?? {},
    mounts: mounts ?? [],
    cwd,
    env: { ...endpointVariables(network.credentials), ...env },
    permissions: new PermissionRules(permissions, network.rules, (denial) =>
      emit({ type: "denied", ...denial }),
    ),
    network,
    limits: limitsOf("create", given.limits),
    emit,
  };
}

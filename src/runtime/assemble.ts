/** From checked options to a kernel with its drivers, mounts and files. */
import { createNodeRuntime, expectNodeGuests } from "../drivers/node/node-driver.js";
import { createPythonRuntime } from "../drivers/python/python-driver.js";
import { createWasmVmRuntime } from "../drivers/wasmvm/wasmvm-driver.js";
import type { FileSystemSnapshot } from "../kernel/file-system-snapshot.js";
import type { Kernel } from "../kernel/kernel.js";
import { createInMemoryFileSystem } from "../kernel/memfs-file-system.js";
import { createKernel } from "../kernel.js";
import { expected } from "./check-options.js";
import type { RuntimeSettings } from "./create-options.js";
import { mountAll } from "./mount-options.js";
import { ToolDriver } from "./tool-driver.js";
import { toolsOf } from "./tool-options.js";
import { mountToolPackage } from "./tool-package.js";

/** Who guests are: root, as in a container, for whom all of the sandbox's own files are. */
const user = { uid: 0, gid: 0, name: "root", home: "/home/user", shell: "/bin/sh" };

/**
 * Makes the kernel. Rejects with what a driver's start or a mount rejects with; nothing is left then.
 * @param snapshot - What the root store begins with.
 */
export async function assemble(
  settings: RuntimeSettings,
  snapshot: FileSystemSnapshot | undefined,
): Promise<Kernel> {
  const { tools: given, isolation } = settings.given;
  const tools = await toolsOf(given);
  if (isolation === "thread") return await assembleWith(tools, settings, snapshot);
  // To start takes a process longer than all else here.
  const leave = expectNodeGuests();
  try {
    return await assembleWith(tools, settings, snapshot);
  } finally {
    await leave();
  }
}

async function assembleWith(
  tools: Awaited<ReturnType<typeof toolsOf>>,
  settings: RuntimeSettings,
  snapshot: FileSystemSnapshot | undefined,
): Promise<Kernel> {
  const { limits, network, permissions, env, cwd, emit } = settings;
  const filesystem = createInMemoryFileSystem({ ...limits.kernel, ...(snapshot && { snapshot }) });
  const kernel = createKernel({
    filesystem,
    permissions: permissions.permissions(),
    env: { ...env },
    cwd,
    user,
    limits: limits.kernel,
    timing: settings.given.timing ?? "precise",
    onLimit: (reached) => emit({ type: "limit", ...reached }),
    ...(network.adapter && { network: network.adapter }),
  });
  try {
    await kernel.mkdir(cwd, { recursive: true });
    await mountAll(kernel, settings.mounts);
    await mountDrivers(kernel, settings);
    if (tools.size > 0) {
      await kernel.mount(new ToolDriver(tools, settings.emit));
      await mountToolPackage(kernel, [...tools.keys()]);
    }
    for (const [path, content] of Object.entries(settings.files)) {
      await kernel.writeFile(path.startsWith("/") ? path : `${cwd}/${path}`, content);
    }
  } catch (thrown) {
    await kernel.dispose();
    throw thrown;
  }
  return kernel;
}

/** Mounts the drivers; of those that have a command of the same name the last one wins it. */
async function mountDrivers(kernel: Kernel, { given }: RuntimeSettings): Promise<void> {
  const { commandsDir, isolation, nodeModules, python } = given;
  await kernel.mount(createWasmVmRuntime(commandsDir === undefined ? {} : { commandsDir }));
  await kernel.mount(nodeRuntime(isolation, nodeModules));
  if (python) await kernel.mount(createPythonRuntime());
}

function nodeRuntime(isolation: "process" | "thread" = "process", packages?: string) {
  try {
    return createNodeRuntime({ isolation, ...(packages !== undefined && { packages }) });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw expected("create: nodeModules", "a directory of the host", packages);
  }
}

/** `secure-exec/node`: the runtime of Node programs. */
export { createNodeRuntime, type NodeRuntimeOptions } from "./drivers/node/node-driver.js";

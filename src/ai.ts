/** `secure-exec/ai`: a sandbox for agents of the Vercel AI SDK (`ai`), as tools and as its sandbox session. */
export { createSandboxSession } from "./plugs/ai/sandbox-session.js";
export { createSandboxTools, type SandboxToolsOptions } from "./plugs/ai/sandbox-tools.js";

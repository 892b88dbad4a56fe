/** `secure-exec/python`: the runtime of Python programs. */
export { createPythonRuntime, type PythonRuntimeOptions } from "./drivers/python/python-driver.js";

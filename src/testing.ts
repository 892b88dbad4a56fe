/** `secure-exec/testing`: tests for what third parties write against the kernel. */
export {
  type FileSystemConformanceOptions,
  fileSystemConformance,
} from "./kernel/file-system-conformance.js";

// The error of a runtime that has its name and entry point already, but is not part of this release.

export class RuntimeNotYetError extends Error {
  readonly code = "ERR_RUNTIME_NOT_YET";

  constructor(factory: string, language: string) {
    super(
      `${factory}: ${language} guests are not part of this release of secure-exec yet; ` +
        "createWasmVmRuntime from secure-exec/wasmvm is.",
    );
    this.name = "RuntimeNotYetError";
  }
}

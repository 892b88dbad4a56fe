/** The module of the pyodide that is installed. */
export function pyodideModule(): Promise<Uint8Array | null>;
/** Rejects when the module's imports are not those of the lists, and names what is on one of them only. */
export function checkImportList(wasm: Uint8Array): Promise<void>;

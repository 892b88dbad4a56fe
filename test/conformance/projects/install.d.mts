/** The `node_modules` with all packages, when it is there already. */
export function installedPackages(): Promise<string | null>;

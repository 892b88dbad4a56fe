/** Sets of permissions to begin with: for `permissions`, alone or with `combine`. */
import type { PermissionOption } from "./permission-option.js";

export const presets = {
  /** Everything, every public address included. */
  all: { fs: true, network: true, childProcess: true, env: true },
  /** Nothing: a program that computes. */
  none: { fs: false, network: false, childProcess: false, env: false },
  /** Everything inside the sandbox, no network: the default. */
  offline: { fs: true, network: false, childProcess: true, env: true },
  /** Files are read and run, none is changed; no network. */
  readOnly: {
    fs: [{ path: "/", access: ["read", "execute"] }],
    network: false,
    childProcess: true,
    env: true,
  },
  /** What installs from npm, PyPI and crates.io need of the network. */
  packages: {
    network: [
      "https://registry.npmjs.org",
      "https://pypi.org",
      "https://files.pythonhosted.org",
      "https://index.crates.io",
      "https://static.crates.io",
    ],
  },
} as const satisfies Record<string, PermissionOption>;

/** Everything is read and run; only these directories and /tmp are changed. */
export function workspace(...directories: readonly string[]): PermissionOption {
  return { fs: [...presets.readOnly.fs, { path: ["/tmp", ...directories] }] };
}

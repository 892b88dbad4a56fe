/** /etc/passwd and /etc/group of the guest's file system, as getpwnam(3) and getgrnam(3) read them. */
import type { KernelCalls } from "./kernel-calls.js";
import { utf8Decode } from "./utf8.js";

const O_RDONLY = 0;
/** More than these files have; what is behind it is not looked at. */
const BYTES_MAX = 256 * 1024;

/** A line of /etc/passwd. */
export interface Account {
  readonly name: string;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export class UserDatabase {
  readonly #kernel: KernelCalls;

  constructor(kernel: KernelCalls) {
    this.#kernel = kernel;
  }

  /** undefined: there is no such user. */
  uidOf(name: string): number | undefined {
    return numberOf(this.#lines("/etc/passwd").find(([user]) => user === name)?.[2]);
  }

  userOf(uid: number): string | undefined {
    return this.#lines("/etc/passwd").find(([, , id]) => id === String(uid))?.[0];
  }

  /** Where a user is at home and what shell is theirs; undefined: there is no such user. */
  accountOf(uid: number): Account | undefined {
    const line = this.#lines("/etc/passwd").find(([, , id]) => id === String(uid));
    if (!line) return undefined;
    const [name = "", , , gid, , home = "/", shell = ""] = line;
    return { name, gid: numberOf(gid) ?? 0, home, shell };
  }

  gidOf(name: string): number | undefined {
    return numberOf(this.#lines("/etc/group").find(([group]) => group === name)?.[2]);
  }

  /** The groups that list a user as a member. */
  groupsOf(user: string): number[] {
    return this.#lines("/etc/group")
      .filter(([, , , members]) => members?.split(",").includes(user))
      .map(([, , gid]) => numberOf(gid))
      .filter((gid) => gid !== undefined);
  }

  /** Lines of fields; none when the file can't be read. */
  #lines(path: string): string[][] {
    const fd = this.#kernel.open(path, O_RDONLY, 0);
    if (fd < 0) return [];
    const bytes = new Uint8Array(BYTES_MAX);
    const count = this.#kernel.readFully(fd, bytes, -1);
    this.#kernel.close(fd);
    const text = utf8Decode(bytes, 0, Math.max(0, count));
    return text.split("\n").map((line) => line.split(":"));
  }
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

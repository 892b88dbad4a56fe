/**
 * A stub that posts writes while it has credit: it sends them and goes on. The kernel takes what a
 * guest sends in its order, so whatever is called later happens later. A failure is the answer of
 * the next write, close or fsync of the descriptor.
 */
import type { SyscallName } from "../syscalls.js";
import { word } from "../wire.js";
import { type GuestArguments, GuestStub } from "./guest-stub.js";

export abstract class PostingStub extends GuestStub {
  /** By descriptor: how many bytes may still be posted. */
  readonly #credit = new Map<number, number>();

  override call<Name extends SyscallName>(name: Name, args: GuestArguments<Name>): number {
    // The number may lead to something else afterwards.
    if (name === "close") this.#credit.delete((args as GuestArguments<"close">).fd);
    if (name === "set_status") this.#credit.clear();
    if (name === "dup2") this.#credit.delete((args as GuestArguments<"dup2">).newFd);
    return super.call(name, args);
  }

  override write(fd: number, data: Uint8Array): number {
    const credit = this.#credit.get(fd) ?? 0;
    const hasFailed = (this.header[word.postedErrors] ?? 0) !== 0;
    const mayPost = data.length > 0 && data.length <= credit && !hasFailed;
    if (!mayPost || !this.postWrite(fd, data)) {
      const failed = this.call("write", { fd, data });
      this.#credit.set(fd, failed ? 0 : this.secondResult);
      return failed;
    }
    this.#credit.set(fd, credit - data.length);
    this.header[word.result] = data.length;
    this.header[word.payloadLength] = 0;
    return 0;
  }

  /** Sends a write without waiting for its end; false when there is no room for it. */
  protected abstract postWrite(fd: number, data: Uint8Array): boolean;

  /** For the next guest: what the last one had is gone. */
  protected forgetCredit(): void {
    this.#credit.clear();
  }
}

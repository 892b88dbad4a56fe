/** The stub of a guest in an isolate of a guest host process: its container carries the calls. */
import { syscalls } from "../syscalls.js";
import { GuestStub, ProcessEnded } from "./guest-stub.js";

export class CarriedStub extends GuestStub {
  readonly #carry: (length: number, isAnswered: boolean) => boolean;
  #length = 0;

  /**
   * @param channel - Header and payload, which the container sees too.
   * @param carry - Carries the call that is in `channel`: false when the process has ended.
   */
  constructor(channel: SharedArrayBuffer, carry: (length: number, isAnswered: boolean) => boolean) {
    super(channel, syscalls);
    this.#carry = carry;
  }

  protected override send(length: number): void {
    this.#length = length;
  }

  protected override receive(): void {
    if (!this.#carry(this.#length, true)) throw new ProcessEnded();
  }
}

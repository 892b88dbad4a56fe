/**
 * An open file of an overlay. One of the lower store, opened for reading, goes on with the copy when
 * the file is copied up, so that its reader sees what is written later.
 */
import { Errno } from "./errno.js";
import type { GuardedFile } from "./guarded-file.js";
import type { VirtualStat } from "./stat.js";
import type { Replay } from "./suspension.js";
import type { Answer, AttributeChange, OpenFile } from "./virtual-file-system.js";

/** The overlay, as its open files need it. */
interface Overlay {
  /** The number that a file of the upper store is shown with. */
  shownIno(upperIno: number): number;
  changeOpen(file: OverlayFile, change: AttributeChange): Answer<undefined>;
  closed(file: OverlayFile): void;
}

export class OverlayFile implements OpenFile {
  readonly path: string;
  /** Its number in the lower store, when it was opened there. */
  readonly lowerIno: number | undefined;
  readonly #overlay: Overlay;
  readonly #replay: Replay;
  #file: GuardedFile;
  #isInUpper: boolean;

  /** Takes over `file`. */
  constructor(overlay: Overlay, file: GuardedFile, path: string, lowerIno: number | undefined) {
    this.#overlay = overlay;
    this.#file = file;
    this.#replay = file.replay;
    this.path = path;
    this.lowerIno = lowerIno;
    this.#isInUpper = lowerIno === undefined;
  }

  /** Takes over `copy`. */
  goOnWith(copy: GuardedFile): void {
    this.#file.close();
    this.#file = copy;
    this.#isInUpper = true;
  }

  read(target: Uint8Array, position: number): Answer<number> {
    return this.#replay.answer(() => this.#file.read(target, position));
  }

  write(data: Uint8Array, position: number): Answer<number> {
    return this.#replay.answer(() => this.#file.write(data, position));
  }

  truncate(size: number): Answer<undefined> {
    return this.#replay.answer(() => this.#file.truncate(size));
  }

  stat(): Answer<VirtualStat> {
    return this.#replay.answer(() => {
      const stat = this.#file.stat();
      if (stat instanceof Errno) return stat;
      const ino = this.#isInUpper ? this.#overlay.shownIno(stat.ino) : stat.ino * 2;
      return { ...stat, ino };
    });
  }

  setAttributes(change: AttributeChange): Answer<undefined> {
    if (!this.#isInUpper) return this.#overlay.changeOpen(this, change);
    return this.#replay.answer(() => this.#file.setAttributes(change));
  }

  close(): void {
    this.#overlay.closed(this);
    this.#file.close();
  }
}

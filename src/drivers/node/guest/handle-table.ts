/** The handles of one guest that are open: what `process.getActiveResourcesInfo()` tells. */

/** A handle as the table sees it. */
export interface ListedHandle {
  readonly isHandleReferenced: boolean;
  /** Whether something may come of it: a stream that nobody reads is open but not active. */
  readonly isHandleActive: boolean;
  /** Gives back what the handle holds. */
  onHandleClose(): void;
}

/** Node's names of its providers, where they are not the type in capitals with a small rest. */
const NAMES: Readonly<Record<string, string>> = {
  FSEVENTWRAP: "FSEventWrap",
  MESSAGEPORT: "MessagePort",
  PIPESERVERWRAP: "PipeServerWrap",
  PIPEWRAP: "PipeWrap",
  PROCESSWRAP: "ProcessWrap",
  SIGNALWRAP: "SignalWrap",
  STATWATCHER: "StatWatcher",
  TCPSERVERWRAP: "TCPServerWrap",
  TCPSOCKETWRAP: "TCPSocketWrap",
  TCPWRAP: "TCPSocketWrap",
  TTYWRAP: "TTYWrap",
  UDPWRAP: "UDPWrap",
  WORKER: "Worker",
};

export class HandleTable {
  readonly #types = new Map<ListedHandle, string>();
  /** From the `symbols` binding: what a handle's owner is kept under. */
  ownerSymbol: symbol | null = null;

  add(handle: ListedHandle, type: string): void {
    if (Object.hasOwn(NAMES, type)) this.#types.set(handle, type);
  }

  delete(handle: ListedHandle): void {
    this.#types.delete(handle);
  }

  /** Gives back what all of them hold, at the end of their thread. */
  closeAll(): void {
    for (const handle of this.#types.keys()) handle.onHandleClose();
    this.#types.clear();
  }

  active(): { readonly owner: unknown; readonly name: string }[] {
    const active: { owner: unknown; name: string }[] = [];
    for (const [handle, type] of this.#types) {
      if (!handle.isHandleReferenced) continue;
      const owner = (handle as unknown as Record<symbol, unknown>)[this.ownerSymbol ?? Symbol()];
      active.push({ owner: owner ?? handle, name: NAMES[type] as string });
    }
    return active;
  }
}

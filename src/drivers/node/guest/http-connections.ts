/** The connections of an HTTP server by what they are at, for its timeouts: `ConnectionsList`. */

/** What the list knows of a parser. */
export interface TimedParser {
  /** When its message began, in ms of the guest's clock; 0 between messages. */
  readonly messageBeganAt: number;
  readonly hasHeaders: boolean;
}

export class HttpConnections {
  readonly #clock: () => number;
  readonly #all = new Set<TimedParser>();
  readonly #active = new Set<TimedParser>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Puts a parser to the end: its message begins now, or has ended. */
  put(parser: TimedParser, isActive: boolean): void {
    this.remove(parser);
    this.#all.add(parser);
    if (isActive) this.#active.add(parser);
  }

  remove(parser: TimedParser): void {
    this.#all.delete(parser);
    this.#active.delete(parser);
  }

  all(): TimedParser[] {
    return [...this.#all];
  }

  idle(): TimedParser[] {
    return [...this.#all].filter(({ messageBeganAt }) => messageBeganAt === 0);
  }

  active(): TimedParser[] {
    return [...this.#active];
  }

  /** Takes out those whose headers, or whose message, have not come in time; 0 ms: no limit. */
  expired(headersMs: number, requestMs: number): TimedParser[] {
    if (headersMs === 0 && requestMs === 0) return [];
    const now = this.#clock();
    const late = [...this.#active].filter(({ messageBeganAt, hasHeaders }) => {
      const age = now - messageBeganAt;
      return (
        (headersMs > 0 && !hasHeaders && age > headersMs) || (requestMs > 0 && age > requestMs)
      );
    });
    for (const parser of late) this.#active.delete(parser);
    return late;
  }
}

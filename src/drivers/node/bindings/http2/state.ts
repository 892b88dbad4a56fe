/** The arrays that Node's `internal/http2/util` and its binding tell each other numbers by. */
import type { Binding, Guest } from "../../guest/guest.js";

/** The protocol's numbers of settings, in the order of `settingsBuffer`; its flags follow, then further settings. */
const SETTINGS = [1, 2, 4, 5, 3, 6, 8] as const;
const NAMES = [
  "HEADER_TABLE_SIZE",
  "ENABLE_PUSH",
  "INITIAL_WINDOW_SIZE",
  "MAX_FRAME_SIZE",
  "MAX_CONCURRENT_STREAMS",
  "MAX_HEADER_LIST_SIZE",
  "ENABLE_CONNECT_PROTOCOL",
] as const;
const FLAGS = SETTINGS.length;
const FURTHER_COUNT = FLAGS + 1;
const FURTHER = FLAGS + 2;
const FURTHER_MAX = 10;
/** Places in `optionsBuffer`; its flags are the last one. */
export const option = { padding: 4, headerPairs: 5, pings: 6, settings: 7, memory: 8 } as const;

export class Http2State {
  readonly sessionState: Float64Array;
  readonly streamState: Float64Array;
  readonly sessionStats: Float64Array;
  readonly streamStats: Float64Array;
  readonly options: Uint32Array;
  readonly settings: Uint32Array;
  readonly #constants: Readonly<Record<string, unknown>>;

  constructor(guest: Guest) {
    const surface = guest.configuration.surface.http2 ?? {};
    const length = (name: string): number => {
      const value = surface[name];
      return value?.kind === "array" ? value.length : 0;
    };
    const constants = surface.constants;
    this.#constants =
      constants?.kind === "value" ? (constants.value as Record<string, unknown>) : {};
    this.sessionState = new Float64Array(length("sessionState"));
    this.streamState = new Float64Array(length("streamState"));
    this.sessionStats = new Float64Array(length("sessionStats"));
    this.streamStats = new Float64Array(length("streamStats"));
    this.options = new Uint32Array(length("optionsBuffer"));
    this.settings = new Uint32Array(length("settingsBuffer"));
  }

  get binding(): Binding {
    return {
      sessionState: this.sessionState,
      streamState: this.streamState,
      sessionStats: this.sessionStats,
      streamStats: this.streamStats,
      optionsBuffer: this.options,
      settingsBuffer: this.settings,
    };
  }

  /** An option that the program has set. */
  option(index: number): number | undefined {
    const flags = this.options[this.options.length - 1] as number;
    return flags & (1 << index) ? this.options[index] : undefined;
  }

  useDefaultSettings(): void {
    let flags = 0;
    for (const [index, name] of NAMES.entries()) {
      const value = this.#constants[`DEFAULT_SETTINGS_${name}`];
      if (typeof value !== "number") continue;
      this.settings[index] = value;
      flags |= 1 << index;
    }
    this.settings[FLAGS] = flags;
    this.settings[FURTHER_COUNT] = 0;
  }

  /** What the program has put down to be sent: numbers and values by turns. */
  get entries(): Uint32Array {
    const flags = this.settings[FLAGS] as number;
    const entries: number[] = [];
    for (const [index, number] of SETTINGS.entries()) {
      if (flags & (1 << index)) entries.push(number, this.settings[index] as number);
    }
    return Uint32Array.from([...entries, ...this.#further()]);
  }

  #further(): number[] {
    const count = Math.min(this.settings[FURTHER_COUNT] as number, FURTHER_MAX);
    return [...this.settings.subarray(FURTHER, FURTHER + 2 * count)];
  }

  /** The numbers of further settings that a program wants to hear of. */
  get furtherNumbers(): number[] {
    return this.#further().filter((_, index) => index % 2 === 0);
  }

  /** Shows a session's settings to the program. */
  show(get: (number: number) => number, further: ReadonlyMap<number, number>): void {
    for (const [index, number] of SETTINGS.entries()) this.settings[index] = get(number);
    let at = FURTHER;
    for (const [number, value] of [...further].slice(0, FURTHER_MAX)) {
      this.settings[at++] = number;
      this.settings[at++] = value;
    }
    this.settings[FURTHER_COUNT] = (at - FURTHER) / 2;
  }
}

/** Whether the protocol knows the setting, so that nghttp2 has it. */
export function isKnownSetting(number: number): boolean {
  return (SETTINGS as readonly number[]).includes(number);
}

/**
 * Takes secrets out of bytes that pass: each occurrence becomes as many asterisks, so that lengths stay
 * true. What may be a secret's beginning is held back until the next bytes, nothing else is. It
 * knows the forms that servers echo (the value, its part after the scheme, base64, percent-encoding);
 * a server that wants to can write a secret in a form that nobody knows.
 */

/** Of shorter texts every page is full. */
const SHORTEST = 6;
const ASTERISK = 0x2a;

/** The forms of a header's value that are looked for. */
export function formsOf(value: string): string[] {
  const [, , rest = ""] = /^(\S+)\s+(.+)$/.exec(value) ?? [];
  const forms = new Set<string>();
  for (const text of [value, rest, decodedBasic(rest)]) {
    const bytes = new TextEncoder().encode(text);
    const base64 = btoa(String.fromCharCode(...bytes));
    forms.add(text).add(encodeURIComponent(text)).add(base64);
    forms.add(base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""));
    forms.add(JSON.stringify(text).slice(1, -1));
  }
  return [...forms].filter((form) => form.length >= SHORTEST);
}

/** The password of HTTP's basic scheme, if it is that. */
function decodedBasic(text: string): string {
  try {
    return atob(text).split(":").slice(1).join(":");
  } catch {
    return "";
  }
}

export class Redactor {
  readonly #forms: readonly Buffer[];
  #held: Buffer = Buffer.alloc(0);

  constructor(forms: readonly string[]) {
    // The longest first: it covers those that are parts of it.
    this.#forms = forms.map((form) => Buffer.from(form)).sort((a, b) => b.length - a.length);
  }

  /** A text that is there as a whole. */
  text(given: string): string {
    return this.#masked(Buffer.from(given)).toString();
  }

  /** What may go on of all that came until now. */
  push(piece: Uint8Array): Uint8Array {
    const bytes = this.#masked(Buffer.concat([this.#held, piece]));
    const held = Math.max(0, ...this.#forms.map((form) => beginningAtEnd(bytes, form)));
    this.#held = bytes.subarray(bytes.length - held);
    return bytes.subarray(0, bytes.length - held);
  }

  /** What was held back. */
  end(): Uint8Array {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }

  /** Masks in place. */
  #masked(bytes: Buffer): Buffer {
    for (const form of this.#forms) {
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at)) {
        bytes.fill(ASTERISK, at, at + form.length);
      }
    }
    return bytes;
  }
}

/** How many of the last bytes are a beginning of `form`. */
function beginningAtEnd(bytes: Buffer, form: Buffer): number {
  for (let length = Math.min(form.length - 1, bytes.length); length > 0; length--) {
    if (bytes.subarray(bytes.length - length).equals(form.subarray(0, length))) return length;
  }
  return 0;
}

/** Text for a model, whose room is small: of too much the beginning and the end, which say the most. */

/** Characters of one answer, unless an option says otherwise. */
export const OUTPUT_CHARACTERS = 30_000;

/** A larger file is read with commands: it would be held in the memory of the application. */
export const READ_BYTES_MAX = 16 * 1024 * 1024;

/** At most about `limit` characters of `text`, with a line in the middle that says how many are left out. */
export function boundedText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const head = text.slice(0, wholeAt(text, half));
  const tail = text.slice(wholeAt(text, text.length - half));
  const left = text.length - head.length - tail.length;
  return `${head}\n[... ${left} characters left out ...]\n${tail}`;
}

/** The index, or the one before it where the index would cut a character of two units. */
function wholeAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff ? index - 1 : index;
}

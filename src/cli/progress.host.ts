/** A word on the terminal while something takes long; nothing where standard error is none. */

/** Work that is done sooner is not spoken of. */
const PATIENCE_MS = 400;
const ERASE_LINE = "\r\x1b[K";

export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    process.stderr.write(`secure-exec: ${what} ...`);
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (isShown) process.stderr.write(ERASE_LINE);
  }
}

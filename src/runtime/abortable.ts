/** Giving up on work that can't be stopped itself, or need not be. */

/** `work`, unless `signal` is aborted first: then its reason. What becomes of the work then is not looked at. */
export async function abortable<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  work.catch(() => {});
  signal.throwIfAborted();
  let aborted = (): void => {};
  const abort = new Promise<never>((_resolve, reject) => {
    aborted = () => reject(signal.reason);
    signal.addEventListener("abort", aborted);
  });
  try {
    const done = await Promise.race([work, abort]);
    // Work that was done at once: whoever aborts before he has its result has aborted.
    signal.throwIfAborted();
    return done;
  } finally {
    signal.removeEventListener("abort", aborted);
  }
}

/** Long work in slices: the host's event loop has its turn in between. */

/** How long one slice may take. */
const SLICE_MS = 4;
/** Steps between two looks at the clock. */
const STEPS_AT_ONCE = 32;

/** Lets the event loop run. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Runs `steps` to the end, a slice at a time. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  let count = 0;
  let sliceEndMs = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    count++;
    if (count % STEPS_AT_ONCE !== 0 || performance.now() < sliceEndMs) continue;
    await pause();
    sliceEndMs = performance.now() + SLICE_MS;
  }
}

/** Runs `steps` to the end at once. */
export function atOnce<T>(steps: Generator<void, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

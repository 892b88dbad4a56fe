/** From what the host answers later to a call that waits. */
import { Errno, errno } from "./errno.js";
import { Blocked, type Outcome, WaitQueue } from "./wait.js";

/** A call that ends with the promise: a rejection is the errno that `failure` makes of it, or EIO. */
export function awaited<T>(
  promise: Promise<T | Errno>,
  failure: (thrown: unknown) => Errno = () => errno.EIO,
): Blocked<T> {
  const settled = new WaitQueue();
  let result: { readonly value: T | Errno } | undefined;
  const settle = (value: T | Errno): void => {
    result = { value };
    settled.wake();
  };
  promise.then(settle, (thrown: unknown) => settle(failure(thrown)));
  const wait = (): Blocked<T> => new Blocked<T>({ queues: [settled], retry: look });
  const look = (): Outcome<T> => (result ? result.value : wait());
  return wait();
}

/** Goes on when an outcome is there: the next step may wait, too. */
export function followed<T, U>(outcome: Outcome<T>, next: (value: T) => Outcome<U>): Outcome<U> {
  if (outcome instanceof Errno) return outcome;
  if (!(outcome instanceof Blocked)) return next(outcome);
  return new Blocked<U>({ queues: outcome.queues, retry: () => followed(outcome.retry(), next) });
}

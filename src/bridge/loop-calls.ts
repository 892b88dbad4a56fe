/** The handler of event loops: the one call they sleep in. */
import { errno } from "../kernel/errno.js";
import type { Handlers } from "./handler.js";
import {
  COMPLETION_BYTES,
  CompletionBuffer,
  parseSubmissions,
  SUBMISSION_BYTES,
} from "./loop-layout.js";

export const loopCalls = {
  loop({ tables, process, thread = process.threads.main }, { submissions, timeoutUs, target }) {
    const nowMs = performance.now();
    // The answer takes the submissions' place in the guest's memory: they are copied out first.
    const parsed = parseSubmissions(submissions, nowMs);
    if (!Array.isArray(parsed)) return parsed;
    const answers = Math.max(1, submissions.length / SUBMISSION_BYTES);
    if (target.length < answers * COMPLETION_BYTES) return errno.EINVAL;
    const completions = new CompletionBuffer(target);
    for (const submission of parsed) {
      thread.submissions.submit(tables, process, submission, completions);
    }
    const atMs = timeoutUs < 0 ? undefined : nowMs + timeoutUs / 1000;
    const count = () => completions.filled;
    return thread.submissions.collect(tables, process, completions, count, atMs);
  },
} satisfies Partial<Handlers>;

/** The message that asks a thread which holds guests to end, with the guest it has. */
export const FAREWELL = "end";

import pino from "pino";

const lines = [];
const log = pino(
  {
    base: null,
    timestamp: false,
    redact: ["secret"],
    formatters: { level: (label) => ({ level: label }) },
  },
  { write: (line) => lines.push(line) },
);
log.info({ secret: "x", a: 1 }, "hello %s", "there");
log.child({ module: "child" }).warn(new RangeError("out of range"));
log.debug("not shown");
for (const line of lines) {
  const { err, ...rest } = JSON.parse(line);
  console.log(rest, err?.type, err?.message);
}
pino({ base: null, timestamp: false }, pino.destination({ dest: 1, sync: true })).error(
  "to the output",
);

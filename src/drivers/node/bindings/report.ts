/** `report`: what a program can tell of itself, for who looks for a fault. It is written when it is asked for only. */
import { O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY } from "../../../kernel/constants.js";
import type { Binding, Guest } from "../guest/guest.js";
import { utf8Encode } from "../guest/utf8.js";

export function reportBinding(guest: Guest): Binding {
  const { configuration, kernel } = guest;
  const nothing = (): void => {};
  let [directory, filename] = ["", ""];
  let isCompact = false;
  let reports = 0;

  const reportOf = (trigger: string, event: string, file: string | null, told: unknown): object => {
    const [message, ...stack] = String(told).split("\n");
    return {
      header: {
        reportVersion: 3,
        event,
        trigger,
        filename: file,
        processId: guest.facts.pid,
        threadId: 0,
        commandLine: ["node", ...guest.facts.args],
        nodejsVersion: `v${configuration.versions.node}`,
        wordSize: 64,
        arch: configuration.arch,
        platform: "linux",
        componentVersions: configuration.versions,
        release: configuration.release,
      },
      javascriptStack: { message, stack: stack.map((line) => line.trim()) },
      // npm and others learn from it which C library there is: none, here.
      sharedObjects: [],
    };
  };

  /** As Node names them: when, who, and which of its reports. */
  const defaultName = (): string => {
    const [date = "", time = ""] = new Date().toISOString().split(/[T.]/);
    const when = `${date.replaceAll("-", "")}.${time.replaceAll(":", "")}`;
    const number = `${++reports}`.padStart(3, "0");
    return `report.${when}.${guest.facts.pid}.${configuration.thread}.${number}.json`;
  };

  const say = (text: string): number => kernel.writeFully(2, utf8Encode(text), -1);

  return {
    getReport: (error: { stack?: unknown }) =>
      JSON.stringify(reportOf("GetReport", "JavaScript API", null, error.stack)),
    writeReport(
      event: string,
      trigger: string,
      file: string | undefined,
      error: { stack?: unknown },
    ) {
      const name = file || filename || defaultName();
      const text = JSON.stringify(
        reportOf(trigger, event, name, error.stack),
        null,
        isCompact ? undefined : 2,
      );
      if (name === "stdout" || name === "stderr") {
        kernel.writeFully(name === "stdout" ? 1 : 2, utf8Encode(`${text}\n`), -1);
        return name;
      }
      const path = directory && !name.startsWith("/") ? `${directory}/${name}` : name;
      const fd = kernel.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666);
      if (fd < 0) {
        say(`\nFailed to open Node.js report file: ${path} (errno: ${-fd})\n`);
        return "";
      }
      say(`\nWriting Node.js report to file: ${name}`);
      kernel.writeFully(fd, utf8Encode(`${text}\n`), -1);
      kernel.close(fd);
      say("\nNode.js report completed\n");
      return name;
    },
    shouldReportOnUncaughtException: () => false,
    shouldReportOnFatalError: () => false,
    shouldReportOnSignal: () => false,
    setReportOnUncaughtException: nothing,
    setReportOnFatalError: nothing,
    setReportOnSignal: nothing,
    getCompact: () => isCompact,
    setCompact(value: boolean) {
      isCompact = value;
    },
    getExcludeNetwork: () => false,
    setExcludeNetwork: nothing,
    getExcludeEnv: () => false,
    setExcludeEnv: nothing,
    getDirectory: () => directory,
    setDirectory(value: string) {
      directory = value;
    },
    getFilename: () => filename,
    setFilename(value: string) {
      filename = value;
    },
    getSignal: () => "SIGUSR2",
    setSignal: nothing,
  };
}

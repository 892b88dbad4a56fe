/** Bindings that are little more than constants or that do nothing in a sandbox. */
import type { Binding, Guest } from "../guest/guest.js";

export function traceEventsBinding(): Binding {
  return {
    available: false,
    trace() {},
    isTraceCategoryEnabled: () => false,
    setTraceCategoryStateUpdateHandler() {},
    getCategoryEnabledBuffer: () => new Uint8Array(1),
    getEnabledCategories: () => undefined,
    setLog() {},
    getTraceLevel: () => 0,
    CategorySet: class CategorySet {
      enable() {}
      disable() {}
    },
  };
}

export function mksnapshotBinding(): Binding {
  return {
    setSerializeCallback() {},
    setDeserializeCallback() {},
    setDeserializeMainFunction() {},
    isBuildingSnapshotBuffer: new Uint8Array(1),
    runEmbedderPreload() {},
    compileSerializeMain() {},
    anonymousMainPath: "__node_anonymous_main",
  };
}

/** No program is a single executable here. */
export function seaBinding(): Binding {
  return { isSea: () => false, isExperimentalSeaWarningNeeded: () => false };
}

export function permissionBinding(): Binding {
  return { has: () => true };
}

export function reportBinding(guest: Guest): Binding {
  const { configuration } = guest;
  const nothing = (): void => {};
  return {
    // npm and others learn from it which C library there is: none, here.
    getReport: (stack: unknown) =>
      JSON.stringify({
        header: {
          reportVersion: 3,
          event: "JavaScript API",
          trigger: "GetReport",
          filename: null,
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
        javascriptStack: { message: String(stack).split("\n", 1)[0], stack: [] },
        sharedObjects: [],
      }),
    shouldReportOnUncaughtException: () => false,
    shouldReportOnFatalError: () => false,
    shouldReportOnSignal: () => false,
    setReportOnUncaughtException: nothing,
    setReportOnFatalError: nothing,
    setReportOnSignal: nothing,
    getCompact: () => false,
    setCompact: nothing,
    getExcludeNetwork: () => false,
    setExcludeNetwork: nothing,
    getExcludeEnv: () => false,
    setExcludeEnv: nothing,
    getDirectory: () => "",
    setDirectory: nothing,
    getFilename: () => "",
    setFilename: nothing,
    getSignal: () => "SIGUSR2",
    setSignal: nothing,
  };
}

export function inspectorBinding(): Binding {
  return {
    isEnabled: () => false,
    setConsoleExtensionInstaller() {},
    consoleCall() {},
    console: undefined,
  };
}

export function wasmWebApiBinding(): Binding {
  return { setImplementation() {} };
}

export function uvBinding(guest: Guest): Binding {
  let hasWarned = false;
  const binding: Binding = {
    errname(number: number) {
      if (guest.options["--pending-deprecation"] === true && !hasWarned) {
        hasWarned = true;
        const emitWarning = guest.process.emitWarning as (...args: string[]) => void;
        const text =
          "Directly calling process.binding('uv').errname(<val>) is being deprecated. " +
          "Please make sure to use util.getSystemErrorName() instead.";
        emitWarning(text, "DeprecationWarning", "DEP0119");
      }
      return guest.uv.name(number);
    },
    getErrorMap: () => new Map([...guest.uv.map].map(([key, [name, text]]) => [key, [name, text]])),
    getErrorMessage: (number: number) => guest.uv.text(number),
  };
  for (const [number, [name]] of guest.uv.map) {
    Object.defineProperty(binding, `UV_${name}`, { value: number, enumerable: true });
  }
  return binding;
}

export function symbolsBinding(guest: Guest): Binding {
  const binding: Binding = {};
  for (const name of Object.keys(guest.symbols)) {
    binding[name] = guest.symbols[name];
    // Names as the library uses them: without the suffix of some.
    binding[name.replace(/_symbol$/, "")] ??= guest.symbols[name];
  }
  return binding;
}

/** The frame of asynchronous contexts, which V8 carries along every continuation. From Node 22 on. */
export function asyncContextFrameBinding({ native }: Guest): Binding {
  return {
    getContinuationPreservedEmbedderData: () => native.getContinuationData(),
    setContinuationPreservedEmbedderData: (frame: unknown) => native.setContinuationData(frame),
  };
}

/** Channels that Node's native half would publish on: none. From Node 24 on. */
export function diagnosticsChannelBinding(): Binding {
  return {
    linkNativeChannel() {},
    notifyChannelActive() {},
    notifyChannelInactive() {},
  };
}

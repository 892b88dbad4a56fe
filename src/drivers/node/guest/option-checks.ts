/** What Node refuses of options that are each well formed: the `CheckOptions` of its C++ part. */

type Options = Readonly<Record<string, unknown>>;

/** Options that Node does not take together, in the order it looks at them. */
const EXCLUSIVE = [
  ["--use-openssl-ca", "--use-bundled-ca"],
  ["--check", "[has_eval_string]"],
  ["--tls-min-v1.3", "--tls-max-v1.2"],
  ["--test", "--check"],
  ["--test", "[has_eval_string]"],
  ["--test", "--interactive"],
  ["--watch", "--check"],
  ["--watch", "[has_eval_string]"],
  ["--watch", "--interactive"],
] as const;

const MODULE_TYPES: readonly unknown[] = ["commonjs", "module"];
const TYPED_TYPES: readonly unknown[] = ["commonjs-typescript", "module-typescript"];

/** What is wrong with the kind of a program's text, which may be of types where this Node strips them. */
function inputTypeFault(options: Options): string | undefined {
  const type = options["--input-type"];
  const stripsTypes = ["--strip-types", "--experimental-strip-types"].some((name) =>
    Object.hasOwn(options, name),
  );
  if (!type || MODULE_TYPES.includes(type)) return undefined;
  if (!stripsTypes) return '--input-type must be "module" or "commonjs"';
  if (TYPED_TYPES.includes(type)) return undefined;
  return '--input-type must be "module","commonjs", "module-typescript" or "commonjs-typescript"';
}

const REJECTION_MODES: readonly unknown[] = [
  "",
  "warn-with-error-code",
  "throw",
  "strict",
  "warn",
  "none",
];

/** Options that say how a profile is taken, by the one that asks for it. */
const PROFILES = {
  "--cpu-prof": ["--cpu-prof-name", "--cpu-prof-dir"],
  "--heap-prof": ["--heap-prof-name", "--heap-prof-dir"],
} as const;

/** @returns What is wrong with them, as Node says it. */
export function checkOptions(options: Options): string | undefined {
  const isSet = (name: string): boolean => Boolean(options[name]);
  const fault = inputTypeFault(options);
  if (fault) return fault;
  const defaultType = "--experimental-default-type";
  if (isSet(defaultType) && !MODULE_TYPES.includes(options[defaultType])) {
    return `${defaultType} must be "module" or "commonjs"`;
  }
  if (
    isSet("--unhandled-rejections") &&
    !REJECTION_MODES.includes(options["--unhandled-rejections"])
  ) {
    return "invalid value for --unhandled-rejections";
  }
  for (const [first, second] of EXCLUSIVE) {
    if (isSet(first) && isSet(second)) {
      return `either ${first} or ${spelled(second)} can be used, not both`;
    }
  }
  for (const [profile, details] of Object.entries(PROFILES)) {
    const detail = isSet(profile) ? undefined : details.find(isSet);
    if (detail) return `${detail} must be used with ${profile}`;
  }
  const heap = options["--secure-heap"];
  if (typeof heap === "number" && heap > 0 && !Number.isInteger(Math.log2(heap))) {
    return "--secure-heap must be a power of 2";
  }
  return undefined;
}

/** @returns What is wrong with options that Node looks at later, with another exit code. */
export function deniedMode(options: Options): string | undefined {
  const mode = options["--disable-proto"];
  if (mode && mode !== "delete" && mode !== "throw") {
    return "invalid mode passed to --disable-proto";
  }
  const [revert] = (options["--security-revert"] as string[] | undefined) ?? [];
  // None can be taken back here: whether a weakness stays is the host's to say.
  return revert === undefined ? undefined : `Error: Attempt to revert an unknown CVE [${revert}]`;
}

const spelled = (option: string): string => (option === "[has_eval_string]" ? "--eval" : option);

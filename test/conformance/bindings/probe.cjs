// Runs on the host's Node and in the sandbox, with `--expose-internals`: prints as JSON what each of the bindings that
// standard input names has, as paths (`fs.open`, `constants.os.signals`, `tcp_wrap.TCP#bind`). What only says that it is
// missing is not there.

const { readFileSync } = require("node:fs");
const { internalBinding } = require("internal/test/binding");

const DEPTH_MAX = 3;
/** What all asynchronous resources inherit; the library asks only those of sockets and parsers for it. */
const inherited = new Set(["asyncReset", "getAsyncId", "getProviderType"]);
/** A function or class of the sandbox that does nothing but refuse. */
const refusal = /^[^;{]*\{?[^;{]*\{?\s*throw [\w.]+\.notImplemented\(/;
const source = Function.prototype.toString;
const bases = new Set([Object.prototype, Error.prototype]);
const paths = [];

for (const name of JSON.parse(readFileSync(0, "utf8"))) {
  let binding;
  try {
    binding = internalBinding(name);
  } catch {
    continue;
  }
  paths.push(name);
  addMembers(name, ".", binding, 0);
}
console.log(JSON.stringify(paths));

function addMembers(path, separator, owner, depth) {
  for (const key of Object.getOwnPropertyNames(owner)) {
    const isInherited = separator === "#" && inherited.has(key);
    if (isInherited || key === "constructor" || (path === "builtins" && key === "natives"))
      continue;
    add(`${path}${separator}${key}`, memberOf(owner, key), depth);
  }
}

function add(path, value, depth) {
  if (value === undefined) return;
  if (typeof value === "function") {
    if (refusal.test(source.call(value))) return;
    paths.push(path);
    if (value.prototype) addMethods(path, value.prototype);
    return;
  }
  paths.push(path);
  const isTable = Object.prototype.toString.call(value) === "[object Object]";
  if (isTable && depth < DEPTH_MAX) addMembers(path, ".", value, depth + 1);
}

function addMethods(path, prototype) {
  for (let at = prototype; at && !bases.has(at); at = Object.getPrototypeOf(at)) {
    addMembers(path, "#", at, DEPTH_MAX);
  }
}

/** A getter of a prototype has no object to read. */
function memberOf(owner, key) {
  const { get, value } = Object.getOwnPropertyDescriptor(owner, key);
  return get ? get : value;
}

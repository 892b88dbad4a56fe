// The crates linked into a program, from `cargo metadata`, and whether their licences let us ship them.

const PERMISSIVE = new Set([
  '0BSD', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'BSD-2-Clause', 'BSD-3-Clause', 'BSL-1.0', 'bzip2-1.0.6', 'CC0-1.0', 'ISC',
  'MIT', 'MIT-0', 'Unicode-3.0', 'Unlicense', 'Zlib', 'Unicode-DFS-2016',
]);

/**
 * Walks the graph of `cargo metadata` from the program over normal dependencies, leaving out procedural macros and
 * our own crates, to a sorted list of "name version: licence". Throws when a licence offers no permissive choice.
 */
export function linkedCrates(metadata) {
  const packages = new Map(metadata.packages.map((entry) => [entry.id, entry]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const pending = [metadata.resolve.root];
  const seen = new Set(pending);
  while (pending.length > 0) {
    for (const dependency of nodes.get(pending.pop()).deps) {
      const isNormal = dependency.dep_kinds.some(({ kind }) => kind === null);
      const isMacro = packages.get(dependency.pkg).targets.some(({ kind }) => kind.includes('proc-macro'));
      if (!isNormal || isMacro || seen.has(dependency.pkg)) continue;
      seen.add(dependency.pkg);
      pending.push(dependency.pkg);
    }
  }
  const all = [...seen].map((id) => packages.get(id));
  // C sources that our own crates compile and no crate is named after.
  const bundles = all.flatMap((entry) => entry.metadata?.['secure-exec']?.bundles ?? []);
  const linked = all.filter((entry) => entry.source !== null);
  const refused = linked.filter((entry) => !isPermissive(entry.license ?? ''));
  if (refused.length > 0) {
    const list = refused.map((entry) => `${entry.name} ${entry.version} (${entry.license ?? 'none'})`);
    throw new Error(`licences that are not on the list: ${list.join(', ')}`);
  }
  return [...linked.map((entry) => `${entry.name} ${entry.version}: ${entry.license}`), ...bundles].sort();
}

/** Reads an SPDX expression: one permissive choice of an OR suffices, AND needs all. */
function isPermissive(expression) {
  const flat = expression.replaceAll('/', ' OR ').replaceAll(/\(([^()]*)\)/g, (_, inner) => (isPermissive(inner) ? 'MIT' : 'refused'));
  return flat.split(' OR ').some((choice) => choice.split(' AND ').every((licence) => PERMISSIVE.has(licence.trim())));
}

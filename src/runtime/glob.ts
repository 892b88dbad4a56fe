/**
 * Patterns of paths and names, by a matcher that takes at most pattern × text steps: neither a rule nor
 * a guest's path can make it take longer. `*` is any characters, in a path none of them `/`; `**` between
 * slashes is any number of a path's parts, none included; `?` is one character.
 */

/** Whether a whole name matches. */
export function matchesName(pattern: string, name: string): boolean {
  return matches([...pattern], [...name], "*", (one, other) => one === "?" || one === other);
}

/** Whether an absolute path, or one above it, matches: a pattern stands for all that is below, too. */
export function matchesPath(pattern: string, path: string): boolean {
  const parts = partsOf(pattern);
  // What is below comes after the last part.
  return matches([...parts, "**"], partsOf(path), "**", matchesName);
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

/** The usual walk with one point to return to: the latest wildcard, which takes one element more. */
function matches(
  pattern: readonly string[],
  text: readonly string[],
  wildcard: string,
  isEqual: (one: string, other: string) => boolean,
): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let taken = 0;
  while (next < text.length) {
    const one = pattern[at];
    const other = text[next] ?? "";
    if (one === wildcard) {
      star = at++;
      taken = next;
    } else if (one !== undefined && isEqual(one, other)) {
      at++;
      next++;
    } else if (star >= 0) {
      at = star + 1;
      next = ++taken;
    } else return false;
  }
  return pattern.slice(at).every((rest) => rest === wildcard);
}

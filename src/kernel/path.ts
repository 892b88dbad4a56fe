/** Paths as text. Nothing here looks at files: `..` after a symbolic link is the business of vfs. */

/** The names of a path, without empty ones and `.`; `..` stays. */
export function splitPath(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}

/** `path` made absolute by `directory`, not normalised. */
export function absolutePath(directory: string, path: string): string {
  if (path.startsWith("/")) return path;
  return directory === "/" ? `/${path}` : `${directory}/${path}`;
}

/** `path` with `..` taken as text; right only where no name is a symbolic link. */
export function normalizePath(path: string): string {
  const names: string[] = [];
  for (const name of splitPath(path)) {
    if (name === "..") names.pop();
    else names.push(name);
  }
  return `/${names.join("/")}`;
}

/** The path of the directory that holds `path`, which is absolute and normalised. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** The last name of `path`, which is absolute and normalised; empty for `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

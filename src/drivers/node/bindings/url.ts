/** `url`: the WHATWG URL parser of the container's public URL class, with the offsets Node's class wants. */
import type { Binding, Guest } from "../guest/guest.js";

/** href, protocol, username, password, hostname, port, pathname. */
type Parts = readonly [string, string, string, string, string, string, string];

const OMITTED = 0xffffffff;

const schemeTypes: Readonly<Record<string, number>> = {
  "http:": 0,
  "https:": 2,
  "ws:": 3,
  "ftp:": 4,
  "wss:": 5,
  "file:": 6,
};
const NOT_SPECIAL = 1;

export function urlBinding(guest: Guest): Binding {
  const { compute } = guest.hooks;
  const urlComponents = new Uint32Array(9);

  /** Works out where the parts of a serialised URL are. */
  function locate(parts: Parts): string {
    const [href, protocol, username, password, hostname, port, pathname] = parts;
    let at = protocol.length;
    urlComponents[0] = at;
    const hasAuthority =
      href.startsWith("//", at) && (hostname !== "" || !pathname.startsWith("//"));
    if (hasAuthority) {
      at += 2 + username.length;
      urlComponents[1] = at;
      if (password !== "") at += 1 + password.length;
      urlComponents[2] = at;
      if (username !== "" || password !== "") at += 1;
      at += hostname.length;
      urlComponents[3] = at;
      if (port !== "") at += 1 + port.length;
    } else {
      urlComponents[1] = at;
      urlComponents[2] = at;
      urlComponents[3] = at;
      // "/." keeps a path that begins with "//" from looking like an authority.
      if (pathname.startsWith("//") && href.startsWith("/.", at)) at += 2;
    }
    urlComponents[4] = port === "" ? OMITTED : Number(port);
    urlComponents[5] = at;
    at += pathname.length;
    urlComponents[6] = href[at] === "?" ? at : OMITTED;
    const hash = href.indexOf("#", at);
    urlComponents[7] = hash < 0 ? OMITTED : hash;
    urlComponents[8] = schemeTypes[protocol] ?? NOT_SPECIAL;
    return href;
  }

  /** As C++ makes it: not one of the library's own class, whose name has the code in it. */
  const invalidUrl = (input: string, base?: string): Error =>
    Object.assign(
      new TypeError("Invalid URL"),
      { code: "ERR_INVALID_URL", input },
      base === undefined ? {} : { base },
    );

  return {
    urlComponents,
    parse(input: string, base: string | undefined, raiseException: boolean) {
      const parts = compute("parseUrl", input, base) as Parts | null;
      if (parts) return locate(parts);
      if (!raiseException) return undefined;
      throw invalidUrl(input, base);
    },
    update(href: string, action: number, value: string) {
      const parts = compute("updateUrl", href, action, value) as Parts | null;
      return parts ? locate(parts) : false;
    },
    canParse: (input: string, base?: string) => compute("parseUrl", input, base) !== null,
    domainToASCII: (domain: string) => compute("domainToASCII", domain),
    domainToUnicode: (domain: string) => compute("domainToUnicode", domain),
    format: (href: string, fragment: boolean, unicode: boolean, search: boolean, auth: boolean) =>
      compute("formatUrl", href, fragment, unicode, search, auth),
    getOrigin(href: string) {
      const origin = compute("originOfUrl", href);
      if (origin === null) throw invalidUrl(href);
      return origin;
    },
    pathToFileURL(path: string, _isWindows: boolean, base?: string) {
      const parts = compute("fileUrl", path, base) as Parts;
      return locate(parts);
    },
  };
}

/** `cares_wrap`: names and addresses. The system's resolver is the kernel's. */
import { parseIp } from "../../../kernel/ip-address.js";
import type { Binding, Guest } from "../guest/guest.js";
import { configuredServers, lookUp, nameOfAddress, serviceOfPort } from "../guest/name-lookup.js";
import { beginRequest, completeRequest, makeRequestClass, type Request } from "../guest/request.js";
import { ipText } from "../guest/socket-names.js";

const ENOENT = -2;
const EAGAIN = -11;
const UV_EAI_AGAIN = -3001;
const UV_EAI_NONAME = -3008;

const ORDER_VERBATIM = 0;
const ORDER_IPV4_FIRST = 1;

const DNS_PORT = 53;

/** c-ares' errors by number: their texts are what `setServers` shows. */
const aresTexts: readonly string[] = [
  "Successful completion",
  "DNS server returned answer with no data",
  "DNS server claims query was misformatted",
  "DNS server returned general failure",
  "Domain name not found",
  "DNS server does not implement requested operation",
  "DNS server refused query",
  "Misformatted DNS query",
  "Misformatted domain name",
  "Unsupported address family",
  "Misformatted DNS reply",
  "Could not contact DNS servers",
  "Timeout while contacting DNS servers",
  "End of file",
  "Error reading file",
  "Out of memory",
  "Channel is being destroyed",
  "Misformatted string",
  "Illegal flags specified",
  "Given hostname is not numeric",
  "Illegal hints flags specified",
  "c-ares library initialization not yet performed",
  "Error loading iphlpapi.dll",
  "Could not find GetNetworkParams function",
  "DNS query cancelled",
];
const ARES_ENOTINITIALIZED = 21;

export function caresBinding(guest: Guest): Binding {
  const { kernel, loop } = guest;

  /** Tells a request its answer in a later round of the loop. */
  const answer = (request: Request, type: string, args: readonly unknown[]): number => {
    beginRequest(guest, request, type);
    loop.enqueue(() => completeRequest(guest, request, args));
    return 0;
  };

  class ChannelWrap {
    #servers: readonly (readonly [string, number])[] = configuredServers(kernel).map(
      (address) => [address, DNS_PORT] as const,
    );
    readonly #waiting = new Set<Request>();

    getServers(): [string, number][] {
      if (this.#servers.length === 0) return [["127.0.0.1", DNS_PORT]];
      return this.#servers.map(([address, port]) => [address, port]);
    }

    setServers(servers: readonly (readonly [number, string, number])[]): number {
      if (this.#waiting.size > 0) return ARES_ENOTINITIALIZED;
      this.#servers = servers.map(([, address, port]) => [address, port] as const);
      return 0;
    }

    setLocalAddress(): void {}

    cancel(): void {
      for (const request of [...this.#waiting]) this.#complete(request, ["ECANCELLED"]);
    }

    queryA(request: Request, name: string): number {
      return this.#query(request, () => this.#addresses(name, 4));
    }
    queryAaaa(request: Request, name: string): number {
      return this.#query(request, () => this.#addresses(name, 6));
    }
    queryAny(request: Request, name: string): number {
      return this.#query(request, () => {
        const all = lookUp(kernel, name, 0);
        if (typeof all === "number") return [aresName(all)];
        return [
          null,
          all.map((address) => ({
            address,
            ttl: 0,
            type: address.includes(":") ? "AAAA" : "A",
          })),
        ];
      });
    }
    getHostByAddr(request: Request, address: string): number {
      return this.#query(request, () => {
        const name = nameOfAddress(kernel, address);
        return name === undefined ? ["ENOTFOUND"] : [null, [name]];
      });
    }

    /** Records that the kernel's resolver does not ask for: there are none. */
    #none(request: Request, name: string): number {
      return this.#query(request, () => {
        const found = lookUp(kernel, name, 0);
        return [typeof found === "number" ? aresName(found) : "ENODATA"];
      });
    }
    queryCaa = this.#none;
    queryCname = this.#none;
    queryMx = this.#none;
    queryNaptr = this.#none;
    queryNs = this.#none;
    queryPtr = this.#none;
    querySoa = this.#none;
    querySrv = this.#none;
    queryTxt = this.#none;

    #addresses(name: string, version: 4 | 6): unknown[] {
      const found = lookUp(kernel, name, version);
      if (typeof found === "number") return [aresName(found)];
      return [null, found, found.map(() => 0)];
    }

    #query(request: Request, find: () => unknown[]): number {
      beginRequest(guest, request, "QUERYWRAP");
      this.#waiting.add(request);
      loop.enqueue(() => {
        if (this.#waiting.has(request)) this.#complete(request, find());
      });
      return 0;
    }

    #complete(request: Request, args: readonly unknown[]): void {
      this.#waiting.delete(request);
      completeRequest(guest, request, args);
    }
  }

  return {
    ChannelWrap,
    GetAddrInfoReqWrap: makeRequestClass(guest, "GetAddrInfoReqWrap"),
    GetNameInfoReqWrap: makeRequestClass(guest, "GetNameInfoReqWrap"),
    QueryReqWrap: makeRequestClass(guest, "QueryReqWrap"),

    getaddrinfo(
      request: Request,
      name: string,
      family: 0 | 4 | 6,
      _hints: number,
      order: number | boolean,
    ): number {
      const found = lookUp(kernel, name, family);
      const args =
        typeof found === "number" ? [addressError(found)] : [null, ordered(found, order)];
      return answer(request, "GETADDRINFOREQWRAP", args);
    },

    getnameinfo(request: Request, address: string, port: number): number {
      const name = nameOfAddress(kernel, address);
      const args = name === undefined ? [UV_EAI_NONAME] : [null, name, serviceOfPort(kernel, port)];
      return answer(request, "GETNAMEINFOREQWRAP", args);
    },

    canonicalizeIP(address: string): string | undefined {
      const ip = parseIp(address);
      return ip && ipText(ip);
    },

    strerror: (code: number) => aresTexts[code] ?? "unknown",
  };
}

/** `order` was a boolean in earlier versions: whether the order stays. */
function ordered(addresses: readonly string[], order: number | boolean): readonly string[] {
  if (order === ORDER_VERBATIM || order === true) return addresses;
  const v4 = addresses.filter((address) => !address.includes(":"));
  const v6 = addresses.filter((address) => address.includes(":"));
  return order === ORDER_IPV4_FIRST || order === false ? [...v4, ...v6] : [...v6, ...v4];
}

/** As getaddrinfo(3) says it. */
function addressError(error: number): number {
  if (error === ENOENT) return UV_EAI_NONAME;
  return error === EAGAIN ? UV_EAI_AGAIN : error;
}

function aresName(error: number): string {
  switch (error) {
    case ENOENT:
      return "ENOTFOUND";
    case EAGAIN:
      return "ESERVFAIL";
    default:
      return "ECONNREFUSED";
  }
}

/** `cares_wrap`: names and addresses. The system's resolver is the kernel's. */
import { parseIp } from "../../../kernel/ip-address.js";
import { askServers, type DnsResult } from "../guest/dns-client.js";
import type { DnsRecord, RecordType } from "../guest/dns-message.js";
import { resultsOf, reverseName } from "../guest/dns-results.js";
import type { Binding, Guest } from "../guest/guest.js";
import { configuredServers, lookUp, nameOfAddress, serviceOfPort } from "../guest/name-lookup.js";
import { beginRequest, completeRequest, makeRequestClass, type Request } from "../guest/request.js";
import { ipText } from "../guest/socket-names.js";

const ENOENT = -2;
const EAGAIN = -11;
const EINVAL = -22;
const ENAMETOOLONG = -36;
const ENETUNREACH = -101;
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
/** Node's own number: servers are not changed while there are questions. */
const PENDING_QUERIES = -1000;
const DEFAULT_TIMEOUT_MS = 5000;
const DEFAULT_TRIES = 4;

export function caresBinding(guest: Guest): Binding {
  const { kernel, loop } = guest;

  class ChannelWrap {
    #servers: readonly (readonly [string, number])[] = configuredServers(kernel).map(
      (address) => [address, DNS_PORT] as const,
    );
    /** What has not been answered, with how to ask no more. */
    readonly #waiting = new Map<Request, () => void>();

    readonly #timeoutMs: number;
    readonly #tries: number;

    /** @param timeoutMs - For one server in the first round; below 0: c-ares' own. */
    constructor(timeoutMs = -1, tries = DEFAULT_TRIES) {
      this.#timeoutMs = timeoutMs < 0 ? DEFAULT_TIMEOUT_MS : Math.max(1, timeoutMs);
      this.#tries = tries;
    }

    getServers(): [string, number][] {
      if (this.#servers.length === 0) return [["127.0.0.1", DNS_PORT]];
      return this.#servers.map(([address, port]) => [address, port]);
    }

    setServers(servers: readonly (readonly [number, string, number])[]): number {
      if (this.#waiting.size > 0) return PENDING_QUERIES;
      this.#servers = servers.map(([, address, port]) => [address, port] as const);
      return 0;
    }

    /** Questions go out by the kernel: which of its addresses they come from is not the program's choice. */
    setLocalAddress(first: string, second: string | undefined): void {
      const lengths = [first, second].map((text) =>
        text === undefined ? 0 : parseIp(text)?.length,
      );
      if (lengths.includes(undefined)) throw invalidAddress("Invalid IP address.");
      if (lengths[0] === lengths[1]) {
        throw invalidAddress(`Cannot specify two IPv${lengths[0] === 4 ? 4 : 6} addresses.`);
      }
    }

    cancel(): void {
      for (const [request, stop] of [...this.#waiting]) {
        stop();
        this.#complete(request, ["ECANCELLED"]);
      }
    }

    queryA(request: Request, name: string): number {
      return this.#ask(request, name, "A");
    }
    queryAaaa(request: Request, name: string): number {
      return this.#ask(request, name, "AAAA");
    }
    queryAny(request: Request, name: string): number {
      return this.#ask(request, name, "ANY");
    }
    queryCaa(request: Request, name: string): number {
      return this.#ask(request, name, "CAA");
    }
    queryCname(request: Request, name: string): number {
      return this.#ask(request, name, "CNAME");
    }
    queryMx(request: Request, name: string): number {
      return this.#ask(request, name, "MX");
    }
    queryNaptr(request: Request, name: string): number {
      return this.#ask(request, name, "NAPTR");
    }
    queryNs(request: Request, name: string): number {
      return this.#ask(request, name, "NS");
    }
    queryPtr(request: Request, name: string): number {
      return this.#ask(request, name, "PTR");
    }
    querySoa(request: Request, name: string): number {
      return this.#ask(request, name, "SOA");
    }
    querySrv(request: Request, name: string): number {
      return this.#ask(request, name, "SRV");
    }
    queryTxt(request: Request, name: string): number {
      return this.#ask(request, name, "TXT");
    }

    getHostByAddr(request: Request, address: string): number {
      const ip = parseIp(address);
      if (!ip) return EINVAL;
      const known = nameOfAddress(kernel, address);
      if (known === undefined && this.#servers.length > 0) {
        return this.#ask(request, reverseName(ip), "PTR");
      }
      const args = known === undefined ? ["ENOTFOUND"] : [null, [known]];
      loop.enqueue(() => this.#complete(request, args));
      return this.#begin(request, () => {});
    }

    #begin(request: Request, stop: () => void): number {
      beginRequest(guest, request, "QUERYWRAP");
      this.#waiting.set(request, stop);
      return 0;
    }

    /** Asks the servers that were chosen, or else the kernel. */
    #ask(request: Request, name: string, type: RecordType): number {
      const tell = (result: DnsResult): void => {
        const isFound = typeof result !== "string";
        this.#complete(request, isFound ? resultsOf(result, type, guest.nodeMajor) : [result]);
      };
      const isLocal = /^(.*\.)?localhost\.?$/i.test(name);
      if (this.#servers.length === 0 || isLocal) {
        return this.#begin(request, askKernel(guest, name, type, tell));
      }
      const question = {
        servers: this.#servers,
        name,
        type,
        timeoutMs: this.#timeoutMs,
        tries: this.#tries,
      };
      return this.#begin(request, askServers(guest, question, tell));
    }

    #complete(request: Request, args: readonly unknown[]): void {
      // It may have been cancelled meanwhile.
      if (this.#waiting.delete(request)) completeRequest(guest, request, args);
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
      beginRequest(guest, request, "GETADDRINFOREQWRAP");
      lookUp(guest, name, family, (found) => {
        const isFound = typeof found !== "number";
        const args = isFound ? [null, ordered(found, order)] : [addressError(found)];
        completeRequest(guest, request, args);
      });
      return 0;
    },

    getnameinfo(request: Request, address: string, port: number): number {
      const name = nameOfAddress(kernel, address);
      const args = name === undefined ? [UV_EAI_NONAME] : [null, name, serviceOfPort(kernel, port)];
      beginRequest(guest, request, "GETNAMEINFOREQWRAP");
      loop.enqueue(() => completeRequest(guest, request, args));
      return 0;
    },

    canonicalizeIP(address: string): string | undefined {
      const ip = parseIp(address);
      return ip && ipText(ip);
    },

    convertIpv6StringToBuffer(address: string): Uint8Array | undefined {
      const ip = parseIp(address);
      return ip?.length === 16
        ? Object.setPrototypeOf(ip.slice(), guest.bufferPrototype)
        : undefined;
    },

    strerror: (code: number) =>
      code === PENDING_QUERIES ? "There are pending queries." : (aresTexts[code] ?? "unknown"),
  };
}

function invalidAddress(message: string): Error {
  return Object.assign(new Error(message), { code: "ERR_INVALID_ARG_VALUE" });
}

/** The kernel's resolver knows addresses only: of other records a name that exists has none. */
function askKernel(
  guest: Guest,
  name: string,
  type: RecordType,
  tell: (result: DnsResult) => void,
): () => void {
  const version = type === "A" ? 4 : type === "AAAA" ? 6 : 0;
  return lookUp(guest, name, version, (found) => {
    tell(typeof found === "number" ? aresName(found) : found.map(addressRecord));
  });
}

function addressRecord(address: string): DnsRecord {
  return { type: address.includes(":") ? "AAAA" : "A", ttl: 0, fields: { address } };
}

/** `order` was a boolean in earlier versions: whether the order stays. */
function ordered(addresses: readonly string[], order: number | boolean): readonly string[] {
  if (order === ORDER_VERBATIM || order === true) return addresses;
  const v4 = addresses.filter((address) => !address.includes(":"));
  const v6 = addresses.filter((address) => address.includes(":"));
  return order === ORDER_IPV4_FIRST || order === false ? [...v4, ...v6] : [...v6, ...v4];
}

/** As getaddrinfo(3) says it: a name that cannot be one does not exist, without a network it may. */
function addressError(error: number): number {
  if (error === ENOENT || error === EINVAL || error === ENAMETOOLONG) return UV_EAI_NONAME;
  return error === EAGAIN || error === ENETUNREACH ? UV_EAI_AGAIN : error;
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

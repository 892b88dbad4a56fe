/**
 * The sockets as /proc/net shows them, in the formats of proc(5). As on Linux every process sees that they are there;
 * what is in them nobody else sees.
 */
import type { Socket } from "./socket.js";
import {
  ADDRESS_HEADER_BYTES,
  encodeSocketAddress,
  internetAddress,
  type SocketAddress,
  unnamed,
} from "./socket-address.js";
import {
  type AF_INET,
  AF_INET6,
  AF_UNIX,
  type SOCK_DGRAM,
  type SOCK_STREAM,
} from "./socket-constants.js";
import type { SocketTable } from "./socket-table.js";

const INTERNET_HEADING =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const UNIX_HEADING = "Num       RefCount Protocol Flags    Type St Inode Path\n";

/** TCP's states that there are here (include/net/tcp_states.h). */
const ESTABLISHED = 1;
const CLOSE = 7;
const LISTEN = 10;

/** States of a unix socket (include/uapi/linux/net.h). */
const UNCONNECTED = 1;
const CONNECTED = 3;

/** /proc/net/tcp, tcp6, udp, udp6. */
export function internetSockets(
  sockets: SocketTable,
  family: typeof AF_INET | typeof AF_INET6,
  type: typeof SOCK_STREAM | typeof SOCK_DGRAM,
): string {
  const shown = [...sockets.all()].filter(
    (socket) => socket.family === family && socket.type === type && socket.local,
  );
  return INTERNET_HEADING + shown.map(internetLine).join("");
}

/** /proc/net/unix. */
export function unixSockets(sockets: SocketTable): string {
  const shown = [...sockets.all()].filter(({ family }) => family === AF_UNIX);
  return UNIX_HEADING + shown.map(unixLine).join("");
}

function internetLine(socket: Socket, index: number): string {
  const { remote } = socket;
  const state = socket.isListening ? LISTEN : remote ? ESTABLISHED : CLOSE;
  const fields = [
    `${String(index).padStart(4)}: ${hexAddress(socket.name)} ${hexAddress(remote ?? nobody(socket))}`,
    hex(state, 2),
    "00000000:00000000 00:00000000 00000000     0        0",
    `${socket.ino} ${socket.references} 0000000000000000`,
  ];
  return `${fields.join(" ")}\n`;
}

function nobody({ family }: Socket): SocketAddress {
  if (family === AF_UNIX) return unnamed;
  return internetAddress(family, family === AF_INET6 ? "::" : "0.0.0.0", 0);
}

/** The address in words of a little-endian machine, the port as a number. */
function hexAddress(address: SocketAddress): string {
  const bytes = encodeSocketAddress(address);
  const view = new DataView(bytes.buffer, ADDRESS_HEADER_BYTES);
  let text = "";
  for (let at = 0; at < view.byteLength; at += 4) text += hex(view.getUint32(at, true), 8);
  return `${text}:${hex(address.family === AF_UNIX ? 0 : address.port, 4)}`;
}

function unixLine(socket: Socket): string {
  const { name, remote, isListening } = socket;
  const path = name.family === AF_UNIX ? name.path.replaceAll("\0", "@") : "";
  const state = remote ? CONNECTED : UNCONNECTED;
  const flags = isListening ? "00010000" : "00000000";
  const head = `0000000000000000: ${hex(socket.references, 8)} 00000000 ${flags}`;
  const tail = `${hex(socket.type, 4)} ${hex(state, 2)} ${String(socket.ino).padStart(5)}`;
  return `${head} ${tail}${path === "" ? "" : ` ${path}`}\n`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

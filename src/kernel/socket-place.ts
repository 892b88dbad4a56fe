/** From an address that a process names to the place where a socket is bound or connected to. */
import { textOfBytes } from "./byte-text.js";
import { S_IFMT, S_IFSOCK } from "./constants.js";
import { Errno, errno } from "./errno.js";
import type { KernelTables } from "./kernel-tables.js";
import { MAY_WRITE, permits } from "./permission-bits.js";
import type { Process } from "./process.js";
import type { Place, Socket, UnixPlace } from "./socket.js";
import type { SocketAddress } from "./socket-address.js";
import { AF_UNIX } from "./socket-constants.js";
import { UnixNames } from "./unix-names.js";

/** For bind(2): makes the socket file of a unix path. EADDRNOTAVAIL, EADDRINUSE, and what names give. */
export function placeToBind(
  tables: KernelTables,
  process: Process,
  socket: Socket,
  address: SocketAddress,
): Place | Errno {
  if (address.family !== socket.family) {
    return socket.family === AF_UNIX ? errno.EINVAL : errno.EAFNOSUPPORT;
  }
  if (socket.local) return errno.EINVAL;
  if (address.family !== AF_UNIX) {
    return tables.sockets.isOwn(address.address) ? address : errno.EADDRNOTAVAIL;
  }
  if (address.path === "") return tables.sockets.unixNames.freeAbstractPlace();
  if (address.path.startsWith("\0")) return UnixNames.abstractPlace(address.path);
  const path = decoded(address.path);
  const failed = tables.vfs.mknod(process.actor, process.cwd, path, S_IFSOCK | 0o777);
  // bind(2) has its own word for a name that is there.
  if (failed) return failed === errno.EEXIST ? errno.EADDRINUSE : failed;
  const location = tables.vfs.resolveExisting(process.actor, process.cwd, path, false);
  if (location instanceof Errno) return location;
  const { dev, ino } = location.stat;
  return { ...address, key: UnixNames.fileKey(dev, ino) };
}

/**
 * For connect(2) and sendto(2): the socket behind a unix path. ENOENT, EACCES without the right to
 * write, ECONNREFUSED for a file that is no socket of this kernel, such as one of the host's that a
 * mounted directory shows.
 */
export function placeToReach(
  tables: KernelTables,
  process: Process,
  address: SocketAddress,
): Place | Errno {
  if (address.family !== AF_UNIX) return address;
  if (address.path === "") return errno.EINVAL;
  if (address.path.startsWith("\0")) return UnixNames.abstractPlace(address.path);
  const path = decoded(address.path);
  const { actor, cwd } = process;
  const location = tables.vfs.resolveExisting(actor, cwd, path, true);
  if (location instanceof Errno) return location;
  const { stat } = location;
  const refused = permits(actor, stat, MAY_WRITE)
    ? actor.ask("write", location.path)
    : errno.EACCES;
  if (refused) return refused;
  if ((stat.mode & S_IFMT) !== S_IFSOCK) return errno.ECONNREFUSED;
  const place: UnixPlace = { ...address, key: UnixNames.fileKey(stat.dev, stat.ino) };
  return place;
}

/** A path's text, up to its first NUL as in C. */
function decoded(path: string): string {
  const [text = ""] = path.split("\0");
  return textOfBytes(Uint8Array.from(text, (char) => char.charCodeAt(0)));
}

/** The part of a store that refuses every change: base of the stores the kernel makes up itself. */
import { type Errno, errno } from "./errno.js";
import type { VirtualStat } from "./stat.js";
import type {
  DirectoryEntry,
  NewNode,
  OpenOptions,
  StoreSpace,
  SynchronousFileSystem,
  SynchronousOpenFile,
} from "./virtual-file-system.js";

export abstract class ReadOnlyStore implements SynchronousFileSystem {
  readonly isSynchronous = true;
  readonly isReadOnly = true;
  abstract lstat(path: string): VirtualStat | Errno;
  abstract open(path: string, options: OpenOptions): SynchronousOpenFile | Errno;
  abstract readDir(path: string): DirectoryEntry[] | Errno;
  abstract readlink(path: string): string | Errno;

  mkdir(_path: string, _node: NewNode): Errno {
    return errno.EROFS;
  }
  mknod(_path: string, _node: NewNode): Errno {
    return errno.EROFS;
  }
  rmdir(_path: string): Errno {
    return errno.EROFS;
  }
  unlink(_path: string): Errno {
    return errno.EROFS;
  }
  rename(_oldPath: string, _newPath: string): Errno {
    return errno.EROFS;
  }
  link(_existingPath: string, _newPath: string): Errno {
    return errno.EROFS;
  }
  symlink(_target: string, _path: string, _node: NewNode): Errno {
    return errno.EROFS;
  }
  setAttributes(_path: string): Errno {
    return errno.EROFS;
  }
  /** A store that holds nothing of its own has no space. */
  statfs(): StoreSpace | Errno {
    return { blockSize: 4096, blocks: 0, freeBlocks: 0, files: 0, freeFiles: 0 };
  }
}

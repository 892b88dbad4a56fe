/** `fs_dir`: directories read piece by piece. */
import { O_CLOEXEC, O_DIRECTORY, O_RDONLY } from "../../../kernel/constants.js";
import { Codec } from "../guest/codec.js";
import type { Binding, Guest } from "../guest/guest.js";
import type { HandleClass } from "../guest/handle.js";
import { encodingOf } from "./buffer.js";

type Request = { oncomplete?: unknown } | undefined;

const entryTypes: Readonly<Record<number, number>> = { 2: 6, 3: 2, 4: 1, 7: 3 };

export function fsDirBinding(guest: Guest, HandleWrap: HandleClass): Binding {
  const { kernel, loop } = guest;
  const codec = new Codec(guest.hooks.compute);

  function answer(
    request: Request,
    errno: number,
    syscall: string,
    value: unknown,
    path?: string,
    context?: object,
  ) {
    const error = errno < 0 ? guest.uv.exception({ errno, syscall, path }) : null;
    if (request !== undefined) {
      loop.enqueue(() =>
        guest.callback(
          request,
          request.oncomplete,
          error ? [error] : value === undefined ? [null] : [null, value],
        ),
      );
      return undefined;
    }
    if (!error) return value;
    if (!context) throw error;
    Object.assign(context, {
      errno,
      code: (error as Error & { code?: string }).code,
      syscall,
      path,
    });
    return undefined;
  }

  class DirHandle extends HandleWrap {
    readonly #fd: number;
    #position = 0;

    constructor(fd: number) {
      super("DIRHANDLE");
      this.#fd = fd;
    }

    read(encoding: unknown, bufferSize: number, request: Request, context?: object): unknown {
      const entries = kernel.readDirectory(this.#fd, this.#position);
      if (typeof entries === "number")
        return answer(request, entries, "scandir", null, undefined, context);
      const some = entries.slice(0, Math.max(1, bufferSize));
      this.#position += some.length;
      const list: unknown[] = [];
      for (const { name, type } of some) {
        const text = codec.decode("utf8", name, 0, name.length);
        if (text === "." || text === "..") continue;
        list.push(
          encoding === "buffer"
            ? Object.setPrototypeOf(name.slice(), guest.bufferPrototype)
            : codec.decode(encodingOf(encoding), name, 0, name.length),
          entryTypes[type] ?? 0,
        );
      }
      return answer(request, 0, "scandir", entries.length === 0 ? null : list);
    }

    override close(request?: unknown): never {
      const code = kernel.close(this.#fd);
      return answer(request as Request, code, "closedir", undefined) as never;
    }
  }

  const opendir = (
    path: string,
    _encoding: unknown,
    request?: Request,
    context?: object,
  ): unknown => {
    const fd = kernel.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    return answer(request, fd, "opendir", fd < 0 ? null : new DirHandle(fd), path, context);
  };

  return { DirHandle, opendir, opendirSync: (path: string) => opendir(path, "utf8") };
}

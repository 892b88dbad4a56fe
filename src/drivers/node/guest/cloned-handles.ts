/**
 * Objects of bindings that can be sent to others. In Node a clone is another name of the same object, also in another thread.
 * Here it is that within its thread; another thread, whose isolate shares no objects, gets a copy of what the object holds.
 */
import type { Guest } from "./guest.js";
import { bindingClass } from "./transferables.js";

/** How objects of one class are copied. */
interface Copying<T extends object, Data> {
  describe(object: T): Data;
  revive(data: Data): T;
}

/** Makes objects of a binding's class cloneable: each is to be given to the function that this answers. */
export function cloning<T extends object, Data>(
  guest: Guest,
  binding: string,
  name: string,
  { describe, revive }: Copying<T, Data>,
): (object: T) => void {
  const { thread } = guest.configuration;
  const deserializeInfo = bindingClass(binding, name);
  const ids = new WeakMap<T, number>();
  const known = new Map<number, WeakRef<T>>();
  const collected = new FinalizationRegistry<number>((id) => known.delete(id));
  let lastId = 0;

  const idOf = (object: T): number => {
    const found = ids.get(object);
    if (found !== undefined) return found;
    const id = ++lastId;
    ids.set(object, id);
    known.set(id, new WeakRef(object));
    collected.register(object, id);
    return id;
  };

  guest.revivers.set(deserializeInfo, (sent) => {
    const [from, id, data] = sent as [number, number, Data];
    const own = from === thread ? known.get(id)?.deref() : undefined;
    return own ?? revive(data);
  });
  return (object) =>
    guest.describers.set(object, () => ({
      data: [thread, idOf(object), describe(object)],
      deserializeInfo,
    }));
}

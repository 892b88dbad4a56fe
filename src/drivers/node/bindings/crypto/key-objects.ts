/**
 * What Node's KeyObject and CryptoKey are underneath: objects that hold a handle, show nothing of it, and go through message
 * ports. The library asks for those classes that its version has.
 */
import type { Binding, Guest } from "../../guest/guest.js";
import { bindingClass } from "../../guest/transferables.js";
import { codedError } from "./calls.js";
import type { KeyHandle, KeyObjectHandleClass } from "./keys.js";

const KEY_OBJECT_CLASS = bindingClass("crypto", "KeyObject");
const CRYPTO_KEY_CLASS = bindingClass("crypto", "CryptoKey");

type KeyObjectClass = new (handle: KeyHandle) => object;

/** Of Node's KeyObjects. */
const handlesOfKeys = new WeakMap<object, KeyHandle>();

/** The handle that is given, or that of a KeyObject. */
export function keyHandleOf(key: object): KeyHandle {
  return handlesOfKeys.get(key) ?? (key as KeyHandle);
}

function invalidThis(name: string): Error {
  return codedError(TypeError, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
}

/** The library's CryptoKey over a handle. */
export type MakeCryptoKey = (
  handle: KeyHandle,
  algorithm: object,
  usages: number,
  isExtractable: boolean,
) => object;

interface KeyObjects {
  readonly binding: Binding;
  readonly makeCryptoKey: MakeCryptoKey;
}

export function keyObjectBinding(guest: Guest, KeyObjectHandle: KeyObjectHandleClass): KeyObjects {
  const cloneSymbol = guest.symbols.messaging_clone_symbol as symbol;

  class NativeKeyObject extends guest.native.HostObject {
    constructor(handle: KeyHandle) {
      super();
      handlesOfKeys.set(this, handle);
    }

    [cloneSymbol](): object {
      return { data: handlesOfKeys.get(this), deserializeInfo: KEY_OBJECT_CLASS };
    }
  }

  /** The common class, then those of secret, public and private keys. */
  let classes: readonly KeyObjectClass[] = [];
  guest.revivers.set(KEY_OBJECT_CLASS, (data) => {
    guest.require("internal/crypto/keys");
    const handle = data as KeyHandle;
    const Class = classes[handle.getKeyType() + 1] as KeyObjectClass;
    return new Class(handle);
  });

  /** What a CryptoKey holds, in the order of the library's slots. */
  const slots = new WeakMap<object, readonly unknown[]>();

  class NativeCryptoKey extends guest.native.HostObject {
    constructor(handle: KeyHandle, algorithm: object, usages: number, isExtractable: boolean) {
      super();
      slots.set(this, [handle.getKeyType(), isExtractable, algorithm, usages, handle]);
      const data = [handle, algorithm, usages, isExtractable];
      guest.describers.set(this, () => ({ data, deserializeInfo: CRYPTO_KEY_CLASS }));
    }
  }

  /** CryptoKey as programs see it, and what the library makes such keys with. */
  let cryptoKeyClasses: readonly (new (...args: never[]) => object)[] = [];
  const makeCryptoKey: MakeCryptoKey = (...told) => {
    guest.require("internal/crypto/keys");
    return Reflect.construct(cryptoKeyClasses[1] as new () => object, told);
  };
  guest.revivers.set(CRYPTO_KEY_CLASS, (data) =>
    makeCryptoKey(...(data as Parameters<MakeCryptoKey>)),
  );

  const binding: Binding = {
    KeyObjectHandle,
    createNativeKeyObjectClass(make: (base: unknown) => readonly KeyObjectClass[]) {
      classes = make(NativeKeyObject);
      return classes;
    },
    getKeyObjectSlots(key: object) {
      const handle = handlesOfKeys.get(key);
      if (!handle) throw invalidThis("KeyObject");
      return [handle.getKeyType(), handle];
    },
    createCryptoKeyClass(make: (base: unknown) => readonly KeyObjectClass[]) {
      cryptoKeyClasses = make(NativeCryptoKey);
      return cryptoKeyClasses;
    },
    getCryptoKeySlots(key: object) {
      const held = slots.get(key);
      if (!held) throw invalidThis("CryptoKey");
      return [...held];
    },
  };
  return { binding, makeCryptoKey };
}

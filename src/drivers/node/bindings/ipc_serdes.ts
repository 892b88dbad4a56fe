/** `ipc_serdes`: messages of `fork` with `serialization: "advanced"`, whose form newer libraries leave to the binding. */
import type * as v8 from "node:v8";
import type { Binding, Guest } from "../guest/guest.js";

/** Before each message stands how long it is. */
const LENGTH_BYTES = 4;
/** What a host object is: a view of a buffer, or an object of the library's, of which its own properties go. */
const VIEW = 0;
const OTHER = 1;

export function ipcSerdesBinding(guest: Guest): Binding {
  let classes: ReturnType<typeof makeClasses> | undefined;
  const made = () => {
    classes ??= makeClasses(guest.require("v8") as typeof v8);
    return classes;
  };
  return {
    serialize(message: unknown): Uint8Array {
      const { MessageSerializer } = made();
      const serializer = new MessageSerializer();
      serializer.writeRawBytes(new Uint8Array(LENGTH_BYTES));
      serializer.writeHeader();
      serializer.writeValue(message);
      const bytes = serializer.releaseBuffer();
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      view.setUint32(0, bytes.length - LENGTH_BYTES);
      return bytes;
    },
    deserialize(bytes: Uint8Array): unknown {
      const { MessageDeserializer } = made();
      const deserializer = new MessageDeserializer(bytes);
      deserializer.readHeader();
      return deserializer.readValue();
    },
  };
}

/** The methods that the library's classes have for their subclasses. */
interface HostObjects {
  _writeHostObject(object: object): void;
  _readHostObject(): unknown;
}

function makeClasses({ DefaultSerializer, DefaultDeserializer }: typeof v8) {
  const writeView = (DefaultSerializer.prototype as unknown as HostObjects)._writeHostObject;
  const readView = (DefaultDeserializer.prototype as unknown as HostObjects)._readHostObject;
  class MessageSerializer extends DefaultSerializer {
    _writeHostObject(object: object): void {
      if (ArrayBuffer.isView(object)) {
        this.writeUint32(VIEW);
        Reflect.apply(writeView, this, [object]);
        return;
      }
      this.writeUint32(OTHER);
      this.writeValue({ ...object });
    }
  }
  class MessageDeserializer extends DefaultDeserializer {
    _readHostObject(): unknown {
      return this.readUint32() === VIEW ? Reflect.apply(readView, this, []) : this.readValue();
    }
  }
  return { MessageSerializer, MessageDeserializer };
}

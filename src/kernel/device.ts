/** Character devices: what reading and writing each of them does. Numbers are Linux's. */
import { S_IFCHR } from "./constants.js";
import { type Errno, errno } from "./errno.js";
import { FileDescription } from "./file-description.js";
import { syntheticStat, type VirtualStat } from "./stat.js";

interface Device {
  readonly name: string;
  /** `major << 8 | minor`. */
  readonly number: number;
  read(target: Uint8Array): number;
  write(data: Uint8Array): number | Errno;
}

/** crypto.getRandomValues fills at most this many bytes a call. */
const RANDOM_CHUNK = 65536;

function fillRandom(target: Uint8Array): number {
  // getRandomValues refuses memory that is shared with a guest.
  const chunk = new Uint8Array(Math.min(target.length, RANDOM_CHUNK));
  for (let offset = 0; offset < target.length; offset += chunk.length) {
    const part = chunk.subarray(0, target.length - offset);
    crypto.getRandomValues(part);
    target.set(part, offset);
  }
  return target.length;
}

function fillZero(target: Uint8Array): number {
  target.fill(0);
  return target.length;
}

const takeAll = (data: Uint8Array): number => data.length;

export const devices: readonly Device[] = [
  { name: "null", number: 0x103, read: () => 0, write: takeAll },
  { name: "zero", number: 0x105, read: fillZero, write: takeAll },
  { name: "full", number: 0x107, read: fillZero, write: () => errno.ENOSPC },
  { name: "random", number: 0x108, read: fillRandom, write: takeAll },
  { name: "urandom", number: 0x109, read: fillRandom, write: takeAll },
];

export class DeviceDescription extends FileDescription {
  override readonly kind = "device";
  readonly #device: Device;

  constructor(device: Device, flags: number) {
    super(flags);
    this.#device = device;
  }

  override read(target: Uint8Array): number {
    return this.#device.read(target);
  }

  override write(data: Uint8Array): number | Errno {
    return this.#device.write(data);
  }

  override pread(target: Uint8Array): number | Errno {
    return this.isReadable ? this.#device.read(target) : errno.EBADF;
  }

  override pwrite(data: Uint8Array): number | Errno {
    return this.isWritable ? this.#device.write(data) : errno.EBADF;
  }

  override seek(): number {
    return 0;
  }

  override stat(): VirtualStat {
    return syntheticStat(S_IFCHR | 0o666, this.#device.number, this.#device.number);
  }
}

/** Opens the device with that number. */
export function openDevice(number: number, flags: number): DeviceDescription | Errno {
  const device = devices.find((candidate) => candidate.number === number);
  return device ? new DeviceDescription(device, flags) : errno.ENXIO;
}

/** `http2`: sessions and streams of Node's over nghttp2, which is the addon's (`native/http2*.cc`). */
import { Codec } from "../../guest/codec.js";
import type { Binding, Guest } from "../../guest/guest.js";
import type { HandleClass } from "../../guest/handle.js";
import type { StreamBaseClass } from "../../guest/stream-base.js";
import { makeHttp2Session } from "./session.js";
import type { Http2Callbacks, Http2Session } from "./session-parts.js";
import { Http2State } from "./state.js";
import { makeHttp2Stream } from "./stream.js";

/** The order in which Node gives its callbacks. */
const CALLBACKS = [
  "error",
  "priority",
  "settings",
  "ping",
  "headers",
  "frameError",
  "goawayData",
  "altsvc",
  "origin",
  "streamTrailers",
  "streamClose",
] as const;

export function http2Binding(
  guest: Guest,
  HandleWrap: HandleClass,
  StreamBase: StreamBaseClass,
): Binding {
  const native = guest.native.http2;
  const state = new Http2State(guest);
  const callbacks: Http2Callbacks = {};
  const setCallbackFunctions = (...given: unknown[]): void => {
    for (const [index, name] of CALLBACKS.entries()) callbacks[name] = given[index];
  };
  // Enough for `require("http2")`, which npm and others do at their start.
  if (!native) return { ...state.binding, setCallbackFunctions };

  const codec = new Codec(guest.hooks.compute);
  const surface = guest.configuration.surface.http2 ?? {};
  const place = (name: string): number => {
    const value = surface[name];
    return value?.kind === "value" ? Number(value.value) : 0;
  };
  const asciiBytes = (text: string): Uint8Array => codec.encode("latin1", text);
  const bytesOfHeaders = (headers: unknown): Uint8Array =>
    asciiBytes(String((headers as readonly unknown[])[0] ?? ""));

  const sessions = new Map<number, WeakRef<Http2Session>>();
  const gone = new FinalizationRegistry<number>((id) => {
    sessions.delete(id);
    native.closeSession(id);
  });
  native.setHandler((id: number, kind: string, ...details: unknown[]) =>
    sessions.get(id)?.deref()?.onHttp2(kind, details),
  );

  const Http2Stream = makeHttp2Stream(guest, StreamBase, callbacks, bytesOfHeaders);
  const Http2Session = makeHttp2Session(
    {
      guest,
      native,
      state,
      callbacks,
      place,
      bytesOfHeaders,
      asciiBytes,
      asBuffer: (bytes) => Object.setPrototypeOf(bytes, guest.bufferPrototype) as Uint8Array,
      register(id, session) {
        sessions.set(id, new WeakRef(session));
        gone.register(session, id);
      },
      streamClass: () => Http2Stream,
    },
    HandleWrap,
  );

  return {
    ...state.binding,
    Http2Session,
    Http2Stream,
    setCallbackFunctions,
    nghttp2ErrorString: (code: number) => native.errorText(code),
    refreshDefaultSettings: () => state.useDefaultSettings(),
    packSettings: () => {
      const packed = native.packSettings(state.entries);
      return packed && Object.setPrototypeOf(packed, guest.bufferPrototype);
    },
  };
}

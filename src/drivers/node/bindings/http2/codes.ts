/** Numbers of HTTP/2 and of nghttp2 that the binding goes by. */

/** nghttp2's errors. */
export const ERR_PROTO = -505;
export const ERR_STREAM_CLOSED = -510;
export const ERR_STREAM_CLOSING = -511;
export const ERR_TEMPORAL_FAILURE = -521;
export const ERR_FRAME_SIZE = -522;
export const ERR_HEADER_COMP = -523;
export const ERR_FLOW_CONTROL = -524;
export const ERR_SESSION_CLOSING = -530;
export const ERR_HTTP_HEADER = -531;
export const ERR_HTTP_MESSAGING = -532;
export const ERR_REFUSED_STREAM = -533;
export const ERR_CALLBACK_FAILURE = -902;

/** Codes that peers tell each other. */
export const CANCEL = 8;
export const ENHANCE_YOUR_CALM = 11;

export const FRAME_RST_STREAM = 3;
export const FLAG_END_STREAM = 1;

/** What a peer is told for an error of nghttp2's. */
export function codeOfError(error: number): number {
  switch (error) {
    case ERR_STREAM_CLOSED:
      return 5;
    case ERR_HEADER_COMP:
      return 9;
    case ERR_FRAME_SIZE:
      return 6;
    case ERR_FLOW_CONTROL:
      return 3;
    case ERR_REFUSED_STREAM:
      return 7;
    case ERR_PROTO:
    case ERR_HTTP_HEADER:
    case ERR_HTTP_MESSAGING:
      return 1;
    default:
      return 2;
  }
}

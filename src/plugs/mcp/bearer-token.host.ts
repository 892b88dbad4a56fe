/** Whether a request brings the token that the server asks for: `Authorization: Bearer TOKEN` (RFC 6750). */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** @returns whether it may go on; otherwise it has been answered with 401. */
export function hasToken(
  token: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (token === undefined) return true;
  const [, given = ""] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "") ?? [];
  // Hashes have one length, and how long the comparison takes says nothing of the token.
  if (timingSafeEqual(sha256(given), sha256(token))) return true;
  response.writeHead(401, { "www-authenticate": "Bearer" }).end();
  return false;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

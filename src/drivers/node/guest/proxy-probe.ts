/** What V8's own functions say about proxies; made by the container (`natives.host.ts`). */
export interface ProxyProbe {
  isProxy(value: unknown): boolean;
  target(value: unknown): unknown;
  handler(value: unknown): unknown;
}

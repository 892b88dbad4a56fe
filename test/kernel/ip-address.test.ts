// How IP addresses are read and written.

import { expect, test } from "vitest";
import { canonicalIp } from "../../src/kernel/ip-address.js";

test.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::", "::"],
  ["::1", "::1"],
  ["1::", "1::"],
  ["0:0:0:0:0:0:0:1", "::1"],
  ["2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
  ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::ffff:7f00:1", "127.0.0.1"],
  ["64:ff9b::1.2.3.4", "64:ff9b::102:304"],
])("%s is %s", (text, canonical) => {
  expect(canonicalIp(text)).toBe(canonical);
});

test.each([
  ...["", "127.1", "0177.0.0.1", "0x7f.0.0.1", "256.0.0.1", "1.2.3.4.5", "1.2.3", "1.2.3.4."],
  ...["1:2", ":::", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:8:9", "::1%eth0", "1.2.3.4::"],
  ...["1:2:3:4:5:6:7:8::", "::1.2.3"],
])("%s is none", (text) => {
  expect(canonicalIp(text)).toBe(undefined);
});

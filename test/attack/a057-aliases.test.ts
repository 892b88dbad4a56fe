// A057: other spellings (case, Unicode form) of a name on a host mount → the same answer of the policy for all.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostMount } from "./host-mount.js";
import { underOracle } from "./universal-oracle.js";

const spellings = [
  ["secret", ["SECRET", "Secret", "ſecret"]],
  ["é".normalize("NFC"), ["é".normalize("NFD")]],
  ["K", ["\u212a", "k"]],
] as const;

test("a name has one spelling: a rule for it cannot be passed by another", () =>
  underOracle(() => {
    const { attacker, inside } = hostMount();
    for (const [name, others] of spellings) {
      writeFileSync(join(inside, name), "refused by name");
      for (const other of others) {
        // Where the host takes both for one, the store does not; elsewhere there is no such file.
        if (existsSync(join(inside, other))) expect(process.platform).not.toBe("linux");
        expect(attacker.cat(`/mnt/${other}`)).toBe("ENOENT");
      }
      expect(attacker.cat(`/mnt/${name}`)).toBe("refused by name");
    }
  }));

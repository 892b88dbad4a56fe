// A development server in the sandbox, as Vite is one, on a port of the host's loopback, in a real browser.

import { existsSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { expect, test } from "vitest";
import { bootRuntime } from "./boot.js";
import { developmentServer } from "./guest-server-programs.js";

const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const nodeModules = realpathSync(fileURLToPath(new URL("../../node_modules", import.meta.url)));

test.skipIf(!existsSync(browserPath))(
  "a page, its module, a request and a WebSocket, in Chromium",
  async () => {
    const rt = await bootRuntime({ nodeModules });
    await rt.spawn(developmentServer);
    await rt.waitForListener({ port: 5173 });
    const exposed = await rt.expose(5173);
    const browser = await chromium.launch({
      executablePath: browserPath,
      // Containers run as root and have no user namespaces; the page is our own.
      args: ["--no-sandbox"],
    });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(exposed.url);
      await expect.poll(() => page.textContent("#app")).toBe("guest got: from the page");
      await expect.poll(() => page.title()).toBe("updated after ready");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);

#!/usr/bin/env node
/** The command `secure-exec`. */
import { main } from "./cli/main.host.js";

process.exit(await main(process.argv.slice(2)));

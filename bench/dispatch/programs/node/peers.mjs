// The peers lie in the bench's cache folder, not beside these files.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.env.PEERS + "/node/"));
export const load = async (name) => require(name);

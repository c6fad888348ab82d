import { writeFileSync } from "node:fs";
import { DEPLOY_FILES } from "./lib/deploy-files";

/** Writes the files of deploy/ that follow from the settings' schema and from others of it. */
for (const [path, render] of Object.entries(DEPLOY_FILES)) writeFileSync(path, render());

/** The process that bundles: `bundle_child.ts ENTRY OUT`. It ends, and its memory with it. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundleWorkflowCode } from "@temporalio/worker";

const [entryPath, outPath] = Deno.args;
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));

const { code } = await bundleWorkflowCode({
  workflowsPath: entryPath,
  workflowInterceptorModules: [
    fileURLToPath(new URL("../../workflows/lib/interceptors.ts", import.meta.url)),
  ],
  logger: undefined,
  // The entry, and a plugin of somebody else's, may live outside this project's folder.
  webpackConfigHook: (config) => ({
    ...config,
    resolve: { ...config.resolve, modules: ["node_modules", modules] },
    resolveLoader: { ...config.resolveLoader, modules: ["node_modules", modules] },
  }),
});
await writeFile(outPath, code);
Deno.exit(0);

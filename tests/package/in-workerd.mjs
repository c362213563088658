// Runs the bundle of a project in workerd, sends it the project's requests, and prints the answers.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";

const bundle = join(process.argv[2], "bundle");
const requests = JSON.parse(readFileSync(join(process.argv[2], "requests.json"), "utf8"));
const miniflare = new Miniflare({
  logRequests: false,
  telemetry: { enabled: false },
  workers: [
    {
      config: {
        name: "consumer",
        compatibilityDate: "2026-01-01",
        manifest: {
          mainModule: "worker.js",
          modules: {
            "worker.js": { type: "esm", contents: readFileSync(join(bundle, "worker.js"), "utf8") },
            "lucidream_bg.wasm": {
              type: "wasm",
              contents: new Uint8Array(readFileSync(join(bundle, "lucidream_bg.wasm"))),
            },
            "model.bin": { type: "data", contents: new Uint8Array(readFileSync(join(bundle, "model.bin"))) },
          },
        },
      },
    },
  ],
});
const answers = [];
try {
  for (const request of requests) {
    const response = await miniflare.dispatchFetch("http://localhost/", {
      method: "POST",
      body: JSON.stringify(request),
    });
    answers.push({ status: response.status, body: await response.text() });
  }
} finally {
  await miniflare.dispose();
}
process.stdout.write(JSON.stringify(answers));

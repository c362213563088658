// What a browser downloads. The limits are what was reached, with a little room: whoever needs more says so here.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { root } from "./install.mjs";

const kilobytes = (name) => gzipSync(readFileSync(join(root, "npm", "wasm", name)), { level: 9 }).length / 1000;
const engineLimit = 850;
const togetherLimit = 2_600;

test("the engine is small, with the model and without", () => {
  const [engine, model] = ["lucidream_bg.wasm", "model.bin"].map(kilobytes);
  assert.ok(engine < engineLimit, `the engine has ${engine} kB as gzip, allowed: ${engineLimit}`);
  assert.ok(engine + model < togetherLimit, `engine and model have ${engine + model} kB, allowed: ${togetherLimit}`);
});

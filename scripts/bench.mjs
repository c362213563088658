// `npm run bench -- <name>`: measures something and prints it. Each bench is a file in `scripts/bench`.
import { readdirSync } from "node:fs";
import { main, say, since, Stop } from "./machine/command.mjs";
import { at } from "./machine/paths.mjs";

await main(import.meta.url, async ([name, ...rest]) => {
  const known = readdirSync(at("scripts", "bench")).map((file) => file.replace(/\.mjs$/, ""));
  if (!known.includes(name)) throw new Stop(`Say which: npm run bench -- ${known.join(" | ")}`);
  const start = performance.now();
  const { bench } = await import(`./bench/${name}.mjs`);
  await bench(rest);
  say(`Measured in ${since(start)}.`);
});

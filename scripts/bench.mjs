// `npm run bench -- <name>`: measures something and prints it. Each bench is a file in `scripts/bench`.
import { readdirSync } from "node:fs";
import { main, say, Stop } from "./machine/command.mjs";
import { at } from "./machine/paths.mjs";

main(async () => {
  const known = readdirSync(at("scripts", "bench")).map((file) => file.replace(/\.mjs$/, ""));
  const [name, ...rest] = process.argv.slice(2);
  if (!known.includes(name)) throw new Stop(`Say which: npm run bench -- ${known.join(" | ")}`);
  const start = performance.now();
  const { bench } = await import(`./bench/${name}.mjs`);
  await bench(rest);
  say(`${name}: measured in ${Math.round((performance.now() - start) / 1000)} s`);
});

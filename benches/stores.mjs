// Memory stores of any size for the benches: what agents of an operations team would note, made from a seed. Of ten
// entries five are alone, two say what an earlier one says (one of them in the same words), one says it of another
// value, one denies an earlier one, and one begins with the same long phrase as all of its kind.

/** A generator of numbers below 2^32 (Mulberry32), so that a seed gives the same store everywhere. */
function lots(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

const words = (text) => text.trim().split(/\s+/);

const first = words(`amber basalt cedar delta ember falcon garnet harbor indigo juniper krypton lagoon maple nimbus onyx
  pepper quartz raven saffron tundra umber violet willow xenon yarrow zephyr alpine birch copper dune elm fjord glacier
  hazel iris jade kelp lotus mango nickel opal prairie quill ridge slate thistle ultra vapor walnut yonder`);
const second = words(`gateway ledger courier archive beacon catalog dispatcher exporter fetcher indexer joiner keeper
  listener mailer notifier orchestrator planner queue reporter scheduler tracker uploader validator watcher balancer
  collector decoder encoder filter grabber handler importer journal loader merger packer router sampler transformer
  verifier billing checkout identity inventory payroll pricing search shipping support telemetry`);
const people = words(`Ana Bruno Chidi Daria Emre Farah Goran Hana Ivo Jun Kira Lars Mina Noor Olga Pavel Quinn Rosa Sven
  Tala Ugo Vera Wen Xenia Yusuf Zoe Amir Britt Carlos Dalia Edda Finn Greta Hugo Ines Jonas Klara Leon Marta Nils`);
const days = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday");
const tools = words(`terraform ansible helm docker podman gradle bazel webpack vite poetry pip cargo npm maven jenkins
  argo flux vault consul nomad grafana prometheus kafka redis postgres mysql sqlite clickhouse nginx envoy`);
const places = words("production staging development testing canary preview sandbox recovery");

/** What can be noted of a service: two wordings, and the value that they hinge on. */
const facts = [
  ["port", (s, v) => [`The ${s} listens on port ${v}.`, `Connect to the ${s} through port ${v}.`]],
  ["days", (s, v) => [`Backups of the ${s} are kept for ${v} days.`, `Keep each backup of the ${s} for ${v} days.`]],
  ["person", (s, v) => [`${v} owns the ${s}.`, `The owner of the ${s} is ${v}.`]],
  ["day", (s, v) => [`Deploy the ${s} on ${v} only.`, `Deployments of the ${s} happen on ${v} only.`]],
  ["version", (s, v) => [`The ${s} runs version ${v}.`, `Version ${v} of the ${s} is in use.`]],
  ["path", (s, v) => [`The log of the ${s} is in ${v}.`, `Look for the log of the ${s} in ${v}.`]],
  ["tool", (s, v) => [`Use ${v} to build the ${s}.`, `The ${s} is built with ${v}.`]],
  ["minutes", (s, v) => [`Requests to the ${s} time out after ${v} minutes.`, `The ${s} gives up on a request after ${v} minutes.`]],
  ["place", (s, v) => [`Try changes of the ${s} in ${v} first.`, `A change of the ${s} is tried in ${v} first.`]],
  ["percent", (s, v) => [`Alert when the ${s} uses more than ${v} % of its memory.`, `The ${s} raises an alert above ${v} % of its memory.`]],
  ["person", (s, v) => [`Ask ${v} before you restart the ${s}.`, `Never restart the ${s} without asking ${v}.`]],
  ["tool", (s, v) => [`The ${s} stores its sessions in ${v}.`, `Sessions of the ${s} are stored in ${v}.`]],
  ["days", (s, v) => [`Tokens of the ${s} expire after ${v} days.`, `Every ${v} days the tokens of the ${s} have to be renewed.`]],
  ["code", (s, v) => [`When the ${s} answers with ${v}, clear its cache.`, `Clear the cache of the ${s} when it answers with ${v}.`]],
];

const opening =
  "Note from the weekly review of the operations team, taken down by the agent for everybody who works on call:";

function value(kind, lot) {
  const of = (list) => list[lot() % list.length];
  switch (kind) {
    case "port":
      return String(1024 + (lot() % 60000));
    case "days":
    case "minutes":
      return String(2 + (lot() % 88));
    case "percent":
      return String(40 + (lot() % 59));
    case "version":
      return `${1 + (lot() % 9)}.${lot() % 30}.${lot() % 20}`;
    case "path":
      return `/var/log/${of(first)}/${of(second)}-${lot() % 100}.log`;
    case "code":
      return `E${1000 + (lot() % 9000)}`;
    case "person":
      return of(people);
    case "day":
      return of(days);
    case "tool":
      return of(tools);
    default:
      return of(places);
  }
}

/** `count` entries as the memory's JSON shape has them. */
export function store(count, seed = 1) {
  const lot = lots(seed);
  const of = (list) => list[lot() % list.length];
  const noted = [];
  const entries = [];
  const start = Date.UTC(2026, 0, 1);
  while (entries.length < count) {
    const kind = entries.length % 10;
    let note = noted.length > 0 ? of(noted) : undefined;
    let wording = 0;
    if (note === undefined || kind < 5 || kind === 9) {
      // Every service has a number of its own once the names are used up, as the fleets of large companies have.
      const service = `${of(first)} ${of(second)}${count > 20_000 ? ` ${String.fromCharCode(97 + (lot() % 26))}` : ""}`;
      const fact = lot() % facts.length;
      note = { service, fact, value: value(facts[fact][0], lot) };
      noted.push(note);
    } else if (kind >= 7) {
      note = { ...note, value: value(facts[note.fact][0], lot) };
    } else wording = kind - 5;
    let text = facts[note.fact][1](note.service, note.value)[wording];
    if (kind === 8) text = `${text.slice(0, -1)} now.`;
    if (kind === 9) text = `${opening} ${text}`;
    entries.push({
      id: `m${String(entries.length).padStart(7, "0")}`,
      text,
      created_at: new Date(start + entries.length * 60_000).toISOString().replace(".000", ""),
      source: "user",
    });
  }
  return entries;
}

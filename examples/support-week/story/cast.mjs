// Who and what appears in the week: all invented.

export const AGENT = 'tier2-support';

/** The colleagues who speak to the agent, by the name their messages carry. */
export const PEOPLE = {
  maria: 'maria.lindqvist', // tech lead
  jonas: 'jonas.eriksen', // support lead
  priya: 'priya.raman', // shift planner
  tom: 'tom.okafor', // incident manager
  sven: 'sven.dahl', // database administrator
  elena: 'elena.petrova', // Tier 1
  hugo: 'hugo.martin', // Tier 1
  aiko: 'aiko.tanaka', // customer success
};

export const DISPATCHERS = [PEOPLE.elena, PEOPLE.hugo, PEOPLE.aiko, PEOPLE.tom, PEOPLE.jonas, PEOPLE.priya];

export const CUSTOMERS = [
  ['Halden Marine', 4411, 'Ola Brekke'],
  ['Halden Motors', 4417, 'Sigrid Aune'],
  ['Nordvik Foods', 4420, 'Mette Solberg'],
  ['Kestrel Logistics', 4432, 'Gareth Pugh'],
  ['Brightwater Clinics', 4435, 'Dr. Nadia Rahman'],
  ['Tamarind Books', 4441, 'Leela Nair'],
  ['Osprey Rail', 4448, 'Callum Reid'],
  ['Larkfield Schools', 4453, 'Joanne Whitby'],
  ['Pinewood Furniture', 4457, 'Anders Holm'],
  ['Solway Energy', 4460, 'Fiona Baird'],
  ['Cobalt Tools', 4466, 'Marek Zielinski'],
  ['Meridian Opticians', 4471, 'Chiara Conti'],
  ['Fenland Dairy', 4475, 'Peter Wells'],
  ['Quayside Hotels', 4479, 'Sofia Almeida'],
  ['Juniper Textiles', 4482, 'Emre Aksoy'],
  ['Ravensworth Estates', 4488, 'Harriet Cole'],
  ['Saltmarsh Breweries', 4490, 'Tobias Lang'],
  ['Delta Cycles', 4493, 'Ruth de Boer'],
  ['Alder & Finch', 4497, 'Miles Finch'],
  ['Harrow Stationery', 4502, 'Grace Osei'],
  ['Ironbridge Cranes', 4506, 'Wojtek Nowak'],
  ['Marigold Pharmacies', 4511, 'Deepa Menon'],
  ['Westerly Airfreight', 4515, 'Luc Fontaine'],
  ['Bluebell Nurseries', 4519, 'Hanna Virtanen'],
].map(([name, tenant, contact]) => ({ name, tenant, contact, first: contact.replace('Dr. ', '').split(' ')[0] }));

export const HOSTS = Array.from({ length: 12 }, (_, i) => `app-${String(i + 1).padStart(2, '0')}.eu-north-1`);

export const SYSTEM = `You are the Tier 2 support engineer of Fjordlane, which runs the Portal, an order management service for about two hundred business customers.
You take over tickets from Tier 1 and from colleagues, find the cause, fix what support may fix, and hand the rest to engineering with a bug report.

Tools: ticket_get, ticket_update, shell (support jump host), db_query (read only), log_search, http_get, kb_search, channel_post.
Customer data stays inside the ticket system. Restarts of single application nodes are allowed during the day, whole clusters only with the incident manager.
Statuses of a ticket: open, pending, resolved, closed.`;

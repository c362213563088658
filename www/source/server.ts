// The Worker's HTTP API, as far as the page uses it.
import type { Decision, Memory, Plan, Report } from "lucidream/slim";
import { Refusal } from "../engine/refusal.ts";

export interface Dream {
  readonly id: string;
  readonly agent: string;
  readonly state: "pending" | "running" | "review" | "completed" | "failed" | "canceled";
  readonly memory_version: number;
  readonly memory_hash: string;
  /** The agent's memory is another now than the one dreamt on. */
  readonly stale: boolean;
  readonly held: boolean | null;
  readonly report: Report | null;
  readonly operations: number | null;
  readonly quarantine: number | null;
  readonly balanced: boolean | null;
  readonly transcripts: {
    readonly total: number;
    readonly digested: number;
    readonly failed: number;
    readonly left_out: number;
  };
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly decided_at: string | null;
  readonly undone_at: string | null;
  readonly result: Submitted | null;
}

/** What the server did with the decisions. */
export interface Submitted {
  readonly dream: string;
  readonly memory_version: number;
  readonly memory_hash: string;
  readonly applied: readonly string[];
  readonly rejected: readonly string[];
  readonly undecided: readonly string[];
}

export interface Undone {
  readonly memory_version: number;
  readonly memory_hash: string;
  readonly undone_at: string;
}

/** A refusal by the server, with the dream it names (`dream_open` does). */
export class ServerRefusal extends Refusal {
  readonly status: number;
  readonly dream: string | undefined;

  constructor(status: number, code: string, message: string, dream?: string) {
    super(code, message);
    this.status = status;
    this.dream = dream;
  }
}

export class Server {
  readonly #key: string;

  constructor(key: string) {
    this.#key = key;
  }

  /** All dreams that wait for a person, newest first. */
  async waiting(): Promise<Dream[]> {
    const dreams: Dream[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: { items: Dream[]; next: string | null } = await this.#json(
        "GET",
        `/v1/dreams?state=review&limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      dreams.push(...page.items);
      cursor = page.next;
    }
    return dreams;
  }

  dream(id: string): Promise<Dream> {
    return this.#json("GET", `/v1/dreams/${encodeURIComponent(id)}`);
  }

  plan(dream: string): Promise<Plan> {
    return this.#json("GET", `/v1/dreams/${encodeURIComponent(dream)}/plan`);
  }

  memory(agent: string, version: number): Promise<Memory> {
    return this.#json("GET", `/v1/agents/${encodeURIComponent(agent)}/memory?version=${version}`);
  }

  async transcript(id: string): Promise<Blob> {
    return (await this.#fetch("GET", `/v1/transcripts/${encodeURIComponent(id)}`)).blob();
  }

  /** Submits. A retry under the same `attempt` is the same submission, however often it arrives. */
  decide(dream: string, planHash: string, decisions: readonly Decision[], attempt: string): Promise<Submitted> {
    return this.#json(
      "POST",
      `/v1/dreams/${encodeURIComponent(dream)}/decisions`,
      { plan_hash: planHash, decisions },
      { "idempotency-key": attempt },
    );
  }

  undo(dream: string): Promise<Undone> {
    return this.#json("POST", `/v1/dreams/${encodeURIComponent(dream)}/undo`);
  }

  /** Starts a dream of the agent by hand; the one that is already open if there is one. Gives its id. */
  async dreamAgain(agent: string): Promise<string> {
    try {
      const dream: Dream = await this.#json("POST", `/v1/agents/${encodeURIComponent(agent)}/dreams`);
      return dream.id;
    } catch (error) {
      if (error instanceof ServerRefusal && error.code === "dream_open" && error.dream) return error.dream;
      throw error;
    }
  }

  async #json<Value>(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Value> {
    const response = await this.#fetch(method, path, body, headers);
    if (!(response.headers.get("content-type") ?? "").includes("json"))
      throw new ServerRefusal(response.status, "not_a_server", "there is no Lucidream server at this address");
    return response.json();
  }

  async #fetch(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const response = await this.#send(path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    throw await refusalOf(response);
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(path, { ...init, cache: "no-store", redirect: "error" });
    } catch (error) {
      throw new ServerRefusal(
        0,
        "unreachable",
        `the server did not answer (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }
}

async function refusalOf(response: Response): Promise<ServerRefusal> {
  const problem: { code?: string; detail?: string; title?: string; dream?: string } = await response
    .json()
    .catch(() => ({}));
  const code = problem.code ?? (response.status === 404 ? "not_a_server" : "unexpected");
  return new ServerRefusal(
    response.status,
    code,
    problem.detail ?? problem.title ?? `the server answered ${response.status}`,
    problem.dream,
  );
}

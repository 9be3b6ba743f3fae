/** The run as a script: the same steps, the same changes at the same steps, the same numbers. */

/** Python that trains this experiment through the server up to a step and prints the losses with all digits.
 * @param {{experiment: any, step: number, origin: string}} run `experiment` as its line began, with its edits,
 *   which act when their steps come @returns {string} */
export function python({ experiment, step, origin }) {
  return `"""The run from ${origin}, with the same numbers. Needs: pip install httpx"""
import httpx

experiment = ${literal(experiment)}

server = httpx.Client(base_url="${origin}", timeout=60)
session = server.post("/api/sessions", json={"experiment": experiment}).raise_for_status().json()
server.headers["Authorization"] = "Bearer " + session["token"]
now = session


def ask(method, path, body=None):
    answer = server.request(method, f"/api/sessions/{session['id']}{path}", json=body)
    return answer.raise_for_status().json()


def train_to(step):
    global now
    while now["step"] < step:
        now = ask("POST", "/step", {"steps": min(200, step - now["step"])})
        if now["state"] == "diverged":
            break


train_to(${step})
print("step", now["step"])
for name, value in now.get("metrics", {}).items():
    print(name, repr(value))
`;
}

/** The start of it for the command line. @param {{experiment: any, step: number, origin: string}} run */
export function curl({ experiment, step, origin }) {
  const json = JSON.stringify({ experiment }).replaceAll("'", "'\\''");
  return `# start a session; its answer carries id and token
curl -s -X POST ${origin}/api/sessions -H 'Content-Type: application/json' \\
  -d '${json}'

# then, with both filled in, train
curl -s -X POST ${origin}/api/sessions/ID/step -H 'Authorization: Bearer TOKEN' \\
  -H 'Content-Type: application/json' -d '{"steps": ${Math.max(1, step)}}'
`;
}

/** A JSON value as Python writes it. @param {any} value @param {string} [indent] @returns {string} */
export function literal(value, indent = "") {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const flat = Array.isArray(value)
    ? `[${value.map((x) => literal(x)).join(", ")}]`
    : `{${Object.entries(value)
        .map(([key, x]) => `${JSON.stringify(key)}: ${literal(x)}`)
        .join(", ")}}`;
  if (indent.length + flat.length <= 88) return flat;
  const deeper = `${indent}    `;
  const lines = Array.isArray(value)
    ? value.map((x) => `${deeper}${literal(x, deeper)},`)
    : Object.entries(value).map(([key, x]) => `${deeper}${JSON.stringify(key)}: ${literal(x, deeper)},`);
  return Array.isArray(value) ? `[\n${lines.join("\n")}\n${indent}]` : `{\n${lines.join("\n")}\n${indent}}`;
}

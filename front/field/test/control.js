// What the proof asks behind the server's back: tests/field/served.py.
export const SERVER = process.env.CAIRN_FIELD_SERVER;

if (!SERVER) throw new Error("Run it with tests/field/served.py, which serves a Cairn: `make field`.");

export async function control(what, asked = {}) {
  const body = JSON.stringify(asked);
  const answer = await fetch(`${process.env.CAIRN_FIELD_CONTROL}/${what}`, { method: "POST", body });
  return answer.json();
}

// What is signed, byte for byte: the same lines as in rules/factors/push/statement.py, held together by a test.

const text = new TextEncoder();
const lines = (title, values) =>
  text.encode([title, ...Object.entries(values).map(([name, value]) => `${name} ${value}`)].join("\n"));
const moment = (at) => new Date(at).toISOString();

export function base64url(bytes) {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

async function hexadecimal(value) {
  return [...await sha256(text.encode(value))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

export async function signed(key, statement) {
  return base64url(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, statement));
}

export const answerStatement = ({ origin, device, request, account, action, place, asked, code, decision, answered }) =>
  lines("twogate push answer 1", {
    origin, device, request, account, action, place, asked: moment(asked), code, decision, answered: moment(answered),
  });

export const pullStatement = ({ origin, device, at }) => lines("twogate push pull 1", { origin, device, at: moment(at) });

export const routeStatement = async ({ origin, device, at, route }) =>
  lines("twogate push route 1", { origin, device, at: moment(at), route: await hexadecimal(route) });

export const pairingStatement = async ({ origin, token, label, key }) =>
  lines("twogate push pairing 1", { origin, token: await hexadecimal(token), label, key });

// RFC 7638
export async function thumbprint({ kty, crv, x, y }) {
  return base64url(await sha256(text.encode(JSON.stringify({ crv, kty, x, y }))));
}

export async function pairingCode(token, key) {
  const digest = await sha256(text.encode(`twogate push pairing code 1\n${token}\n${key}`));
  const number = new DataView(digest.buffer).getBigUint64(0);
  return String(number % 1_000_000n).padStart(6, "0");
}

export const digits = (typed) => typed.replace(/[\s-]/g, "");

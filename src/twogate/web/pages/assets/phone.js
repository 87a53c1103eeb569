// The app on a phone: keeps a key that cannot be read out, asks what waits, signs what is answered.
// It decides nothing: every "may they?" is on the server. All sentences are in the page.

import { devices, keep, remember, drop } from "./phone-keys.js";
import { answerStatement, digits, pairingCode, pairingStatement, pullStatement, routeStatement, signed, thumbprint }
  from "./phone-statements.js";

const root = document.getElementById("phone");
const { origin, label, webPush, ntfy, notice, site } = root.dataset;
const EVERY = 2000;
const TOKEN = /tg_pair_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/;
let offset = 0; // how far this clock is from the server's
let connected = [];
const onScreen = new Map();

const now = () => Date.now() + offset;
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const only = (...names) => {
  for (const one of root.querySelectorAll(":scope > [data-part]")) one.hidden = !names.includes(one.dataset.part);
};
const say = (what) => {
  for (const one of root.querySelectorAll("[data-said]")) one.hidden = one.dataset.said !== what;
};

async function post(path, body) {
  const answer = await fetch(`/.twogate/phone/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : {} };
}

// ---- connecting
async function connect(token) {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const key = await thumbprint({ kty, crv, x, y });
  const signature = await signed(pair.privateKey, await pairingStatement({ origin, token, label, key }));
  const answer = await post("pair", { token, jwk: { kty, crv, x, y }, label, signature });
  if (answer.status !== 200) return only(answer.status === 410 ? "pairing-over" : "failed");
  const device = { device: answer.body.device, account: answer.body.account, key: pair.privateKey, since: Date.now() };
  await keep({ ...device, pending: true });
  part("connecting").querySelector("[data-slot='pairing-code']").textContent = await pairingCode(token, key);
  only("connecting");
  const known = await untilKnown(device);
  if (!known) return only("pairing-over");
  await keep({ ...device, pending: false });
  return start();
}

async function untilKnown(device) {
  for (const end = Date.now() + 600_000; Date.now() < end; await new Promise((done) => setTimeout(done, EVERY))) {
    if ((await pull(device)).status === 200) return true;
  }
  return false;
}

// ---- asking
async function pull(device) {
  const ask = async () => {
    const at = now();
    const signature = await signed(device.key, pullStatement({ origin, device: device.device, at }));
    return post("waiting", { device: device.device, at, signature });
  };
  const first = await ask();
  if (first.status !== 409 || typeof first.body.now !== "number") return first;
  offset = first.body.now - Date.now();
  return ask();
}

async function look() {
  const waiting = new Map();
  for (const device of [...connected]) {
    const answer = await pull(device);
    if (answer.status === 410) await lost(device);
    for (const prompt of answer.body.prompts ?? []) waiting.set(prompt.request, { prompt, device });
  }
  for (const [request, form] of onScreen) {
    if (!waiting.has(request)) {
      form.remove();
      onScreen.delete(request);
    }
  }
  for (const [request, { prompt, device }] of waiting) {
    if (!onScreen.has(request)) {
      say("");
      show(prompt, device);
    }
  }
  part("nothing").hidden = onScreen.size > 0 || !connected.length;
}

async function lost(device) {
  await drop(device.device);
  connected = connected.filter((one) => one.device !== device.device);
  only(...(connected.length ? ["connected", "gone"] : ["gone", "unconnected"]));
}

function show(prompt, device) {
  const form = document.getElementById("prompt").content.firstElementChild.cloneNode(true);
  const put = (name, text) => { form.querySelector(`[data-slot="${name}"]`).textContent = text; };
  const action = document.getElementById(`action-${prompt.action}`);
  put("action", action ? action.content.textContent : prompt.action);
  put("account", prompt.account);
  put("place", prompt.place);
  put("program", prompt.program);
  put("asked", new Date(prompt.asked).toLocaleTimeString(document.documentElement.lang));
  form.querySelector("time").dateTime = new Date(prompt.asked).toISOString();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form, prompt, device, event.submitter?.value ?? "approve");
  });
  document.getElementById("prompts").append(form);
  onScreen.set(prompt.request, form);
  form.querySelector("input").focus();
}

async function answer(form, prompt, device, decision) {
  const code = decision === "approve" ? digits(form.elements.code.value) : "";
  const missing = decision === "approve" && code.length !== 6;
  form.querySelector("[data-part='code-missing']").hidden = !missing;
  if (missing) return form.querySelector("input").focus();
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  const answered = now();
  const said = { ...prompt, origin, device: device.device, code, decision, answered };
  const signature = await signed(device.key, answerStatement(said));
  const told = await post("answer", {
    device: device.device, request: prompt.request, decision, code, answered, signature,
  });
  form.remove();
  onScreen.delete(prompt.request);
  say(told.status === 204 ? decision : told.status === 422 ? "wrong" : "late");
  return look();
}

// ---- being woken
async function route(way) {
  const text = JSON.stringify(way);
  for (const device of connected) {
    const at = now();
    const signature = await signed(device.key, await routeStatement({ origin, device: device.device, at, route: text }));
    const told = await post("route", { device: device.device, at, route: text, signature });
    if (told.status !== 204) throw new Error(`refused: ${told.status}`);
  }
}

async function wakeByBrowser() {
  if (await Notification.requestPermission() !== "granted") throw new Error("not allowed");
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: webPush });
  const { endpoint, keys } = made.toJSON();
  await route({ way: "web_push", endpoint, p256dh: keys.p256dh, auth: keys.auth });
}

async function wakeByNtfy() {
  const random = crypto.getRandomValues(new Uint8Array(24));
  const topic = btoa(String.fromCharCode(...random)).replaceAll("+", "-").replaceAll("/", "_");
  await route({ way: "ntfy", topic });
  const link = root.querySelector("a[data-slot='ntfy']");
  link.href = link.textContent = `${ntfy}/${topic}`;
  part("ntfy").hidden = false;
}

function offerWaking() {
  const browser = webPush && "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  const ways = [["web-push", browser, wakeByBrowser], ["ntfy", ntfy, wakeByNtfy]];
  for (const [name, there, act] of ways) {
    const button = root.querySelector(`[data-do="${name}"]`);
    button.hidden = !there;
    button.onclick = () => act().then(() => say("woken"), () => say("unwoken"));
  }
  part("waking").hidden = !ways.some(([, there]) => there);
}

async function start() {
  connected = (await devices()).filter((one) => !one.pending);
  if (!connected.length) return only("unconnected");
  only("connected");
  offerWaking();
  await look();
  return setInterval(() => { if (!document.hidden) look().catch(() => undefined); }, EVERY);
}

// An app on an iPhone's home screen has keys of its own, and the camera opens the browser: there the link is pasted.
function offerPasting() {
  const form = document.getElementById("paste");
  form.onsubmit = (event) => {
    event.preventDefault();
    const [token] = TOKEN.exec(form.elements.link.value) ?? [];
    say(token ? "" : "no-link");
    if (token) connect(token).catch(() => only("failed"));
    else form.elements.link.focus();
  };
}

async function open() {
  offerPasting();
  await remember({ site, notice });
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/.twogate/phone/worker.js", { scope: "/.twogate/phone" }).catch(() => undefined);
  }
  const [token] = TOKEN.exec(location.hash) ?? [];
  if (!token) return start();
  history.replaceState(null, "", location.pathname); // a token is of use once and has no place in a history
  return connect(token);
}

open().catch(() => only("failed"));
document.addEventListener("visibilitychange", () => { if (!document.hidden && connected.length) look().catch(() => undefined); });

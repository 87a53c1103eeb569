// The first screen while a phone is asked: looks every two seconds whether it has answered, and sends the form then.
// Without this script the button does the same.

const EVERY = 2000;

function questionOf(form) {
  try {
    return JSON.parse(form.dataset.question);
  } catch {
    return {};
  }
}

// What was refused is shown and not sent again by itself; an answer that comes while somebody waits is sent.
async function watch(form, address, seconds) {
  let mayGoOn = !document.getElementById("wrong");
  for (const end = Date.now() + (seconds + 4) * 1000; Date.now() < end;) {
    await new Promise((done) => setTimeout(done, EVERY));
    const answer = await fetch(address, { cache: "no-store", credentials: "same-origin" }).catch(() => null);
    const state = answer?.ok ? (await answer.json()).state : "waiting";
    mayGoOn = mayGoOn || state === "waiting";
    if (state === "answered") return mayGoOn ? form.requestSubmit() : undefined;
    if (state === "nothing") return undefined;
  }
  return undefined;
}

for (const form of document.querySelectorAll("form[data-question]")) {
  const { status, seconds } = questionOf(form);
  if (status) watch(form, status, seconds ?? 120);
}

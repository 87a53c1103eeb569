// Passkeys and security keys: asks the browser for one, and sends its answer with the form that the server made.
//
// Decides nothing: what is asked stands in the form (data-question to use one, data-offer to make one), the answer goes
// into its field "code", and whether it is good is for the server. On the first screen a passkey also waits among the
// suggestions of the name field. Without this script the other ways on the page work.

const waiting = { request: null }; // what waits for the name field; a question in a window of its own ends it

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

async function use(question, more) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(question.publicKey);
  return (await navigator.credentials.get({ publicKey, ...more })).toJSON();
}

async function make(offer) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(offer.publicKey);
  return (await navigator.credentials.create({ publicKey })).toJSON();
}

function send(form, answer) {
  form.elements.code.value = JSON.stringify(answer);
  form.requestSubmit();
}

function say(form, failed) {
  const fault = form.querySelector("[data-fault]");
  if (fault) fault.hidden = !failed;
}

async function ask(form, question, offer) {
  waiting.request?.abort();
  say(form, false);
  form.setAttribute("aria-busy", "true");
  try {
    send(form, offer ? await make(offer) : await use(question));
  } catch {
    say(form, true); // refused, timed out, no such passkey: the browser has said which, and tells no page
    form.removeAttribute("aria-busy");
  }
}

async function waitAtName(form, question) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  waiting.request = new AbortController();
  try {
    send(form, await use(question, { mediation: "conditional", signal: waiting.request.signal }));
  } catch {
    // another way was taken
  }
}

function take(form) {
  const question = form.dataset.question && parse(form.dataset.question);
  const offer = form.dataset.offer && parse(form.dataset.offer);
  form.addEventListener(
    "submit",
    (event) => {
      if (form.elements.code.value) return; // the answer is there: let it go
      event.preventDefault();
      ask(form, question, offer);
    },
    { capture: true }, // before those who mark a form as sent
  );
  window.addEventListener("pageshow", () => {
    form.elements.code.value = ""; // back again: an answer serves once
  });
  if (question?.mediation === "conditional") waitAtName(form, question);
}

for (const form of document.querySelectorAll('form[data-factor="webauthn"]')) {
  if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) take(form);
  else say(form, true);
}

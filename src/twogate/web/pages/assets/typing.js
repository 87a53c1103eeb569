// How a password is typed: when each key goes down and up, in milliseconds since the first. Numbers only: which key it
// is decides whether it types something, and is not kept.
//
// Decides which typing is measured: one from the first character to the last, without corrections, pasting or a
// password manager. Anything else sends nothing, and the server then says nothing. A form asks for it by data-typing.

const MOST = 64;

function measure(form) {
  const field = form.elements.password;
  let keys = []; // [down, up] of each character, in order
  let open = new Map(); // keys that are down: where in the list they stand
  let whole = true;

  function anew() {
    keys = [];
    open = new Map();
    whole = true;
  }

  field.addEventListener("keydown", (event) => {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey) return;
    if (event.repeat || event.isComposing || keys.length === MOST) {
      whole = false;
      return;
    }
    open.set(event.code, keys.length);
    keys.push([event.timeStamp, 0]);
  });

  field.addEventListener("keyup", (event) => {
    const place = open.get(event.code);
    if (place === undefined) return;
    keys[place][1] = event.timeStamp;
    open.delete(event.code);
  });

  field.addEventListener("input", (event) => {
    if (field.value === "") anew();
    else if (event.inputType !== "insertText") whole = false;
  });

  form.addEventListener("formdata", (event) => {
    if (!whole || keys.length < 2 || keys.length !== field.value.length) return;
    const start = keys[0][0];
    const end = performance.now(); // a key may still be down when another one sends the form
    const pairs = keys.map(([down, up]) => [Math.round(down - start), Math.round((up || end) - start)]);
    event.formData.set("typing", JSON.stringify(pairs));
  });
}

for (const form of document.querySelectorAll("form[data-typing]")) {
  if (form.elements.password) measure(form);
}

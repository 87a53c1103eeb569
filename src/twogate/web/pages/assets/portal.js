// What every page of the portal does better with a script; each of them works without.
//
// Decides nothing: times are shown in the reader's own zone, a password can be looked at while it is typed, what is
// shown once can be copied or printed, and a form is sent once. Every word comes from the page, in its language.

const language = document.documentElement.lang;

function showLocalTimes() {
  const near = 7 * 86_400_000; // nearer times are told in words, by the server
  const format = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" });
  for (const time of document.querySelectorAll("time[datetime]")) {
    const then = new Date(time.dateTime);
    if (Number.isNaN(then.getTime())) continue;
    if (Date.now() - then.getTime() > near) time.textContent = format.format(then);
    else time.title = format.format(then);
  }
}

function letPasswordsBeSeen() {
  for (const input of document.querySelectorAll("input[data-reveal]")) {
    const button = document.createElement("button");
    const label = input.labels?.[0]?.textContent ?? "";
    const set = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? input.dataset.conceal : input.dataset.reveal;
      button.setAttribute("aria-label", `${button.textContent}: ${label}`);
    };
    button.type = "button";
    button.className = "reveal";
    button.setAttribute("aria-controls", input.id);
    set(false);
    button.addEventListener("click", () => set(input.type === "password"));
    input.form?.addEventListener("submit", () => set(false)); // so that the browser offers to keep it
    input.parentElement.classList.add("revealing"); // the field itself stays where it is, and keeps the focus
    input.after(button);
  }
}

function letThingsBeKept() {
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.closest("[hidden]")?.removeAttribute("hidden");
    button.addEventListener("click", () => window.print());
  }
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.closest("[hidden]")?.removeAttribute("hidden");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.copied;
    });
  }
}

function sendFormsOnce() {
  for (const form of document.forms) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) event.preventDefault();
      else form.dataset.sent = "yes";
      form.setAttribute("aria-busy", "true");
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });
}

showLocalTimes();
letPasswordsBeSeen();
letThingsBeKept();
sendFormsOnce();

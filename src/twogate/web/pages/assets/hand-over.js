// Sends the one form of the page on, as its button would: the person has nothing to decide here.
const form = document.querySelector("form[data-hand-over]");
if (form) form.requestSubmit();

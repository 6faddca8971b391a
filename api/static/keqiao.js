// Small comforts; every page works without them.

// Steps that are not easily undone ask first.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  window.setTimeout(() => delete form.dataset.sent, 5000);
});

// Ctrl+Enter sends the form that one is writing in.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) event.target.form?.requestSubmit();
});

// After a refusal, the first field that is wrong has the focus.
document.querySelector("[aria-invalid=true], [role=alert]")?.scrollIntoView({ block: "center" });
document.querySelector("[aria-invalid=true]")?.focus({ preventScroll: true });

// Printing needs a script; where there is none, the browser's own menu does it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Whom to call, typed into a text that others will read: the form says so before it is sent.
const CALLED = new RegExp(
  [
    "1[3-9]\\d[- ]?\\d{4}[- ]?\\d{4}",
    "\\b0\\d{2,3}[- )）]?\\d{7,8}",
    "[\\w.+-]+[@＠][\\w-]+\\.[a-z]",
    "(?:微信|QQ|VX|wechat)[号群: ：为是ID]{0,4}[\\w-]{5,}",
    "联系人|联系[:：]|contact(?: person)?:",
  ].join("|"),
  "i",
);
for (const notice of document.querySelectorAll("[data-contacts]")) {
  const fields = [...notice.closest("form").querySelectorAll("textarea, input[type=text]")];
  const known = !notice.hidden; // found by the server, which looks more closely
  notice.closest("form").addEventListener("input", () => {
    notice.hidden = !known && !fields.some((field) => CALLED.test(field.value));
  });
}

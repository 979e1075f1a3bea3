// form[data-code-step]: where the server's answer is the code step, it opens in a dialog over the form, so that what was
// typed stays in sight. Any other answer becomes the page. Without this file the same steps are pages of their own.
// Attributes are read with getAttribute, as a field that is called "method" or "action" hides the form's property.

const STEP = '[data-qa="mfa-code-step"], [data-qa="mfa-method-choice"]';
let dialog = null;
let shown = address();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form.matches("form[data-code-step]") || dialog?.contains(form))) return;
  event.preventDefault();
  form.setAttribute("aria-busy", "true");
  const answer = await send(form, event.submitter).catch(() => null);
  form.removeAttribute("aria-busy");
  if (answer) show(answer);
  else sendPlainly(form, event.submitter);
});

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  const response = await fetch(form.getAttribute("action") ?? location.href, {
    method: "POST",
    body: form.getAttribute("enctype") ? data : new URLSearchParams(data),
    headers: { Accept: "text/html" },
  });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, url: response.url };
}

function sendPlainly(form, submitter) {
  const pressed = document.createElement("input");
  if (submitter?.name) form.append(Object.assign(pressed, { type: "hidden", name: submitter.name, value: submitter.value }));
  HTMLFormElement.prototype.submit.call(form);
}

function show({ page, url }) {
  const step = page.querySelector(STEP);
  if (!step) return replacePage(page, url);
  // An empty action means the page it came from, which is not the page it is shown on.
  for (const form of page.forms) form.setAttribute("action", new URL(form.getAttribute("action") ?? "", url).href);
  dialog ??= openDialog();
  dialog.querySelector(".dialog-title").textContent = page.querySelector("h1").textContent;
  dialog.querySelector(".dialog-body").replaceChildren(document.adoptNode(step));
  (dialog.querySelector("[data-error-summary]") ?? dialog.querySelector("[autofocus]") ?? dialog.querySelector(".dialog-title")).focus();
}

function openDialog() {
  const opened = document.getElementById("code-dialog").content.firstElementChild.cloneNode(true);
  document.body.append(opened);
  opened.addEventListener("close", () => { opened.remove(); dialog = null; });
  opened.showModal();
  return opened;
}

function replacePage(page, url) {
  dialog?.close();
  if (url !== location.href) history.pushState(null, "", url);
  shown = address();
  document.title = page.title;
  document.documentElement.dataset.portal = page.documentElement.dataset.portal;
  for (const sheet of page.querySelectorAll("head link[rel='stylesheet']")) {
    if (!document.head.querySelector(`link[href="${sheet.getAttribute("href")}"]`)) document.head.append(document.adoptNode(sheet));
  }
  document.body.replaceWith(document.adoptNode(page.body));
  scrollTo(0, 0);
  (document.querySelector("[data-error-summary]") ?? document.querySelector("main"))?.focus();
}

function address() {
  return location.pathname + location.search;
}

// Back from a page that was put here by script; links within a page come by as well.
addEventListener("popstate", () => {
  if (address() !== shown) location.reload();
});

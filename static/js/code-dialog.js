// form[data-code-step]: where the server's answer is the code step, it opens in a dialog over the form, so that what was
// typed stays in sight. Any other answer becomes the page. Without this file the same steps are pages of their own.

const STEP = '[data-qa="mfa-code-step"], [data-qa="mfa-method-choice"]';
let dialog = null;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !(form.matches("form[data-code-step]") || dialog?.contains(form))) return;
  event.preventDefault();
  form.setAttribute("aria-busy", "true");
  try {
    await show(await send(form, event.submitter));
  } catch {
    sendPlainly(form, event.submitter);
  }
  form.removeAttribute("aria-busy");
});

async function send(form, submitter) {
  const data = new FormData(form, submitter);
  const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
  const response = await fetch(form.action, { method: form.method, body, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, url: response.url };
}

function sendPlainly(form, submitter) {
  if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
  form.submit();
}

async function show({ page, url }) {
  const step = page.querySelector(STEP);
  if (!step) return replacePage(page, url);
  // An empty action means the page it came from, which is not the page it is shown on.
  for (const form of step.querySelectorAll("form")) form.action = new URL(form.getAttribute("action") ?? "", url).href;
  if (step.matches("form")) step.action = new URL(step.getAttribute("action") ?? "", url).href;
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
  history.pushState({}, "", url);
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  scrollTo(0, 0);
  (document.querySelector("[data-error-summary]") ?? document.querySelector("main")).focus();
}

addEventListener("popstate", () => location.reload());

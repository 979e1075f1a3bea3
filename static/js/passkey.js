// input[data-passkey]: a form's answer to WebAuthn. Sending the form asks the device first: "create" and "get" with the
// options that the page brought along, "direct" with a question fetched from form[data-passkey-login], which the browser
// also offers where the e-mail address is typed. Without this file the form is sent empty, and the page says why.

const RENEW_AFTER = 240_000; // before the question is too old, in milliseconds
const REASONS = { InvalidStateError: "known", NotAllowedError: "cancelled", AbortError: "cancelled" };
let offer = null;
let standing = null;

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  const field = form.querySelector("input[data-passkey]");
  if (!field || field.value || event.defaultPrevented) return;
  event.preventDefault();
  event.stopImmediatePropagation(); // nothing is sent yet, so for the scripts loaded after this one nothing happened
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  fail(form, "");
  offer?.abort();
  offer = null;
  try {
    field.value = await ask(form, field);
    form.requestSubmit(submitter);
  } catch (error) {
    fail(form, REASONS[error.name] ?? "impossible");
  }
  form.ariaBusy = null;
}, { capture: true });

for (const form of document.querySelectorAll("form[data-passkey-login]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  if (await PublicKeyCredential.isConditionalMediationAvailable?.()) propose(form);
}

// Waits for as long as the page is open; a press on a button ends it, as there can be only one request at a time.
async function propose(form) {
  const field = form.querySelector("input[data-passkey]");
  const mine = (offer = new AbortController());
  const renewal = setTimeout(() => renew(form, mine), RENEW_AFTER);
  try {
    field.value = await ask(form, field, { mediation: "conditional", signal: mine.signal });
    form.requestSubmit();
  } catch {
    // Nobody has to choose one: the password is still there, and so is the button.
  }
  clearTimeout(renewal);
}

function renew(form, old) {
  standing = null;
  old.abort();
  if (offer === old) propose(form);
}

async function ask(form, field, how = {}) {
  const options = field.dataset.passkey === "direct" ? await question(form) : JSON.parse(field.dataset.options);
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    allowCredentials: options.allowCredentials?.map((one) => ({ ...one, id: bytes(one.id) })),
    excludeCredentials: options.excludeCredentials?.map((one) => ({ ...one, id: bytes(one.id) })),
  };
  const credential = field.dataset.passkey === "create"
    ? await navigator.credentials.create({ publicKey, ...how })
    : await navigator.credentials.get({ publicKey, ...how });
  return text(new TextEncoder().encode(JSON.stringify(json(credential))));
}

// One question for the offer and the button: fetched side by side, each would end what the session knows of the other.
async function question(form) {
  standing ??= fetchQuestion(form).catch((error) => { standing = null; throw error; });
  const asked = await standing;
  form.elements.question.value = asked.question;
  return asked.options;
}

async function fetchQuestion(form) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
  return (await fetch(form.dataset.passkeyLogin, { method: "POST", body })).json();
}

// What PublicKeyCredential.toJSON() gives where there is one already.
function json({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return { id, rawId: text(rawId), type, response: { ...Object.fromEntries(given), transports: response.getTransports?.() } };
}

function fail(form, why) {
  const place = form.querySelector("[data-passkey-failed]");
  place.textContent = why && place.dataset[why];
  place.hidden = !why;
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

function text(buffer) {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

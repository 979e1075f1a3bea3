// Comfort in fields: pasted codes lose their spaces, passwords can be shown, a form goes out once.

document.addEventListener("paste", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.name !== "code" || field.inputMode !== "numeric") return;
  const text = event.clipboardData.getData("text").replace(/[\s-]/g, "");
  const digits = text.match(/\d{6,8}/);
  if (!digits || /^[0-9A-Z]{24}$/i.test(text)) return; // a recovery code is taken here too, as a whole
  event.preventDefault();
  field.value = digits[0];
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

customElements.define("show-password", class extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button")) return;
    const field = this.querySelector("input");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: this.dataset.show });
    const news = Object.assign(document.createElement("span"), { className: "visually-hidden" });
    button.setAttribute("aria-controls", field.id);
    news.setAttribute("aria-live", "polite");
    const show = (shown) => {
      field.type = shown ? "text" : "password";
      button.textContent = shown ? this.dataset.hide : this.dataset.show;
    };
    button.addEventListener("click", () => {
      show(field.type === "password");
      news.textContent = field.type === "text" ? this.dataset.shown : this.dataset.hidden;
    });
    // The browser offers to keep a password only while the field is one.
    field.form?.addEventListener("submit", () => show(false));
    this.append(button, news);
  }
});

// A second press within a second and a half is the same press: a code that is sent twice would count as wrong. Whoever
// closed the dialog that the first one opened begins anew.
let sentAt = new WeakMap();
document.addEventListener("close", () => { sentAt = new WeakMap(); }, { capture: true });
document.addEventListener("submit", (event) => {
  if (event.timeStamp - (sentAt.get(event.target) ?? -Infinity) < 1500) event.stopImmediatePropagation(), event.preventDefault();
  else sentAt.set(event.target, event.timeStamp);
}, { capture: true });
